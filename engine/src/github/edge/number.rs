//! Numbers as JSON has them: `1` and `1.0` are equal.

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Up to here every whole number has its own float.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// A whole, non-negative number that fits into `T`. A string of digits is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Number<T>(pub(in super::super) T);

impl<'de, T: TryFrom<u64>> Deserialize<'de> for Number<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        whole(&value)
            .and_then(|number| T::try_from(number).ok())
            .map(Self)
            .ok_or_else(|| D::Error::custom("no whole number within bounds"))
    }
}

fn whole(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| {
        let float = value.as_f64()?;
        let exact = float.fract() == 0.0 && (0.0..=MAX_EXACT).contains(&float);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole, not negative, and within what a float holds exactly"
        )]
        exact.then_some(float as u64)
    })
}
