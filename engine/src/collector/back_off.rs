//! How long to wait before a request is retried.

use std::time::Duration;

/// The most times a request is sent.
pub(super) const MAX_ATTEMPTS: u32 = 3;
/// The longest wait after the first attempt; it doubles with each further one.
const FIRST: Duration = Duration::from_secs(2);

/// The wait after this many attempts: a random share of the longest wait, so that requests that
/// failed together are not retried together (full jitter:
/// <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>).
pub(super) fn back_off(attempts: u32) -> Duration {
    let mut bytes = [0_u8; 4];
    // Without random numbers, wait the longest.
    let share = match getrandom::fill(&mut bytes) {
        Ok(()) => u32::from_le_bytes(bytes),
        Err(_) => u32::MAX,
    };
    jittered(attempts, share)
}

fn jittered(attempts: u32, share: u32) -> Duration {
    let longest = FIRST * (1 << attempts.saturating_sub(1).min(5));
    longest.mul_f64(f64::from(share) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_longest_wait_doubles() {
        let longest: Vec<u64> = (1..=4).map(|n| jittered(n, u32::MAX).as_secs()).collect();
        assert_eq!(longest, [2, 4, 8, 16]);
    }

    #[test]
    fn no_two_wait_alike() {
        let waits: std::collections::BTreeSet<_> = (0..50).map(|_| back_off(2)).collect();
        assert!(waits.len() > 40, "{waits:?}");
    }

    proptest! {
        #[test]
        fn every_wait_is_within_its_bounds_and_more_share_is_more_wait(
            attempts in 1..9_u32,
            share in 1..u32::MAX,
        ) {
            let wait = jittered(attempts, share);
            prop_assert!(wait <= Duration::from_mins(2));
            prop_assert!(jittered(attempts, share - 1) <= wait);
            prop_assert!(wait <= jittered(attempts, u32::MAX));
        }
    }
}
