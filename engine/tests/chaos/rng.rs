//! Reproducible random numbers.

/// A pseudo-random number generator (`SplitMix64`).
#[derive(Clone)]
pub struct Rng(u64);

impl Rng {
    pub const fn of(seed: u64) -> Self {
        Self(seed)
    }

    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub const fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    /// True in `percent` of all cases.
    pub const fn happens(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    /// A random element.
    pub fn one_of<'a, T>(&mut self, values: &'a [T]) -> &'a T {
        let number = self.next() % u64::try_from(values.len()).expect("a length");
        &values[usize::try_from(number).expect("an index")]
    }
}
