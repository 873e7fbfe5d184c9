//! Pseudo-random numbers, the same in every run.

/// A well-mixed number from a seed and a position (the finalizer of `SplitMix64`).
pub(crate) const fn mix(seed: u64, position: u64) -> u64 {
    let mut z = seed
        .wrapping_add(position.wrapping_mul(0x9e37_79b9_7f4a_7c15))
        .wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number from `low` to `high`, both included.
pub(crate) const fn between(seed: u64, position: u64, low: u64, high: u64) -> u64 {
    low + mix(seed, position) % (high - low + 1)
}

/// Whether an event of this probability happens at this position.
pub(crate) fn happens(seed: u64, position: u64, probability: f64) -> bool {
    const STEPS: u32 = 1 << 24;
    let drawn = u32::try_from(mix(seed, position) >> 40).unwrap_or(STEPS);
    f64::from(drawn) < probability * f64::from(STEPS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_happens_about_as_often_as_its_probability_says() {
        let times = (0..10_000).filter(|at| happens(7, *at, 0.2)).count();
        assert!((1_900..2_100).contains(&times), "{times} of 10,000");
        assert!((0..1_000).all(|at| happens(7, at, 1.0)));
        assert!(!(0..1_000).any(|at| happens(7, at, 0.0)));
    }
}
