//! The kinds of anomalies, with their names in the API and the database.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

use crate::unknown_value::UnknownValue;

/// The kind of anomaly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(Display, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = UnknownValue::new)]
pub enum AnomalyKind {
    /// GitHub reports less for a day than before.
    Revised,
    /// The same on the window's oldest day, which GitHub is known to truncate.
    #[serde(rename = "cut")]
    #[strum(serialize = "cut")]
    Truncated,
    /// GitHub reports zero on a day on which many busy repositories are at zero.
    #[serde(rename = "false zero")]
    #[strum(serialize = "false zero")]
    FalseZero,
    /// More uniques than views or clones.
    #[serde(rename = "uniques above count")]
    #[strum(serialize = "uniques above count")]
    UniquesAboveCount,
    /// The window's total is not the sum of its days.
    #[serde(rename = "wrong total")]
    #[strum(serialize = "wrong total")]
    WrongTotal,
    /// The window's uniques exceed the sum of its days' or fall below those of one day.
    #[serde(rename = "wrong uniques")]
    #[strum(serialize = "wrong uniques")]
    WrongUniques,
    /// The window ends before an earlier one.
    #[serde(rename = "window went back")]
    #[strum(serialize = "window went back")]
    WindowRegressed,
    /// The window ends after the day of the response.
    #[serde(rename = "window ahead")]
    #[strum(serialize = "window ahead")]
    WindowInFuture,
    /// The window spans more days than GitHub keeps.
    #[serde(rename = "window too long")]
    #[strum(serialize = "window too long")]
    WindowTooLong,
    /// GitHub lists the day with unreadable numbers.
    Unreadable,
}

impl AnomalyKind {
    /// The name in the API and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}
