//! Rate limits of attempts to sign in: by address, and by account without letting strangers lock
//! out its owner.
//!
//! A browser that once signed in to an account has a device cookie and its own bucket for that
//! account. All others share the account's bucket, so guessing passwords slows down strangers and
//! never the owner's own browser.
//! <https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies>

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use domain::{Origin, Problem, ProblemKind, TokenId};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use super::device::{Device, normalize_account};

/// A burst of attempts, and one more after each period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The number of attempts at once.
    pub burst: NonZeroU32,
    /// The time until one more is allowed.
    pub period: Duration,
}

/// All rate limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// From one address; of IPv6, from one network of 64 bits.
    pub address: Rate,
    /// From one IPv6 block of 48 bits, which anyone can get: it holds 65,536 of the former.
    pub block: Rate,
    /// From all addresses together, by unknown browsers.
    pub everyone: Rate,
    /// To one account, by all browsers that never signed in to it.
    pub account: Rate,
    /// To one account, by one browser that signed in to it.
    pub device: Rate,
    /// Requests with one API token.
    pub token: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        let rate = |burst: u32, seconds| Rate {
            burst: NonZeroU32::MIN.saturating_add(burst - 1),
            period: Duration::from_secs(seconds),
        };
        Self {
            address: rate(10, 6),
            block: rate(40, 2),
            // A password hash takes some 20 ms of a core, so this is a small part of one.
            everyone: rate(100, 1),
            account: rate(10, 60),
            device: rate(10, 6),
            token: Rate {
                burst: NonZeroU32::MIN.saturating_add(49),
                period: Duration::from_millis(100),
            },
        }
    }
}

impl Rates {
    /// Practically no limits, for a demonstration without anything to protect.
    #[must_use]
    pub fn generous() -> Self {
        let rate = Rate {
            burst: NonZeroU32::MIN.saturating_add(999),
            period: Duration::from_millis(1),
        };
        Self {
            address: rate,
            block: rate,
            everyone: rate,
            account: rate,
            device: rate,
            token: rate,
        }
    }
}

/// A rate limit was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany {
    /// The seconds until another attempt is allowed.
    pub(crate) seconds: u64,
}

impl TooMany {
    /// The problem to show, with the plural of what there was too much of.
    pub(crate) fn into_problem(self, what: &str) -> Problem {
        let seconds = self.seconds;
        let unit = if seconds == 1 { "second" } else { "seconds" };
        let sentence = format!("Too many {what}. Wait {seconds} {unit} and try again.");
        Problem::new(ProblemKind::TooMany, sentence).retry_after(seconds)
    }
}

impl From<TooMany> for Problem {
    fn from(too_many: TooMany) -> Self {
        too_many.into_problem("attempts")
    }
}

type Limiter<K, C> =
    RateLimiter<K, DefaultKeyedStateStore<K>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// Counts attempts in this process.
pub(crate) struct Limits<C: Clock = DefaultClock> {
    clock: C,
    addresses: Limiter<IpAddr, C>,
    blocks: Limiter<Ipv6Addr, C>,
    everyone: Limiter<(), C>,
    external_starts: Limiter<IpAddr, C>,
    accounts: Limiter<String, C>,
    devices: Limiter<Device, C>,
    tokens: Limiter<TokenId, C>,
}

impl Limits {
    /// Starts with full buckets.
    pub(crate) fn new(rates: Rates) -> Self {
        Self::with(rates, DefaultClock::default())
    }
}

impl<C: Clock + Clone> Limits<C> {
    fn with(rates: Rates, clock: C) -> Self {
        Self {
            addresses: limiter(rates.address, &clock),
            blocks: limiter(rates.block, &clock),
            everyone: limiter(rates.everyone, &clock),
            external_starts: limiter(rates.address, &clock),
            accounts: limiter(rates.account, &clock),
            devices: limiter(rates.device, &clock),
            tokens: limiter(rates.token, &clock),
            clock,
        }
    }

    /// Counts an attempt from an address, with the account and the known device if there are any.
    /// It makes no difference whether the account exists.
    ///
    /// A known device counts in its own bucket alone, so others at its address cannot lock it out.
    /// The narrowest bucket comes first: an address that reached its limit takes nothing from the
    /// wider ones.
    pub(crate) fn check_attempt(
        &self,
        origin: Origin,
        account: Option<&str>,
        device: Option<&Device>,
    ) -> Result<(), TooMany> {
        let account = account.map(normalize_account);
        if let (Some(account), Some(device)) = (&account, device)
            && device.is_of(account)
        {
            return self.check(&self.devices, device);
        }
        if let Some(network) = origin.network() {
            self.check(&self.addresses, &network)?;
        }
        if let Some(block) = origin.block() {
            self.check(&self.blocks, &block)?;
        }
        self.check(&self.everyone, &())?;
        account.map_or(Ok(()), |account| self.check(&self.accounts, &account))
    }

    /// Counts the start of a login with an external provider. It has its own bucket, so that one
    /// person who guesses passwords does not block provider logins from the same address.
    pub(crate) fn check_external_start(&self, origin: Origin) -> Result<(), TooMany> {
        let network = origin.network();
        network.map_or(Ok(()), |network| {
            self.check(&self.external_starts, &network)
        })
    }

    /// Counts a request with this API token.
    pub(crate) fn check_token(&self, token: TokenId) -> Result<(), TooMany> {
        self.check(&self.tokens, &token)
    }

    fn check<K: std::hash::Hash + Eq + Clone>(
        &self,
        limiter: &Limiter<K, C>,
        key: &K,
    ) -> Result<(), TooMany> {
        limiter.check_key(key).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            TooMany {
                seconds: wait.as_secs() + 1,
            }
        })
    }

    /// Forgets the buckets that are full again.
    pub(crate) fn prune(&self) {
        self.addresses.retain_recent();
        self.blocks.retain_recent();
        self.external_starts.retain_recent();
        self.accounts.retain_recent();
        self.devices.retain_recent();
        self.tokens.retain_recent();
    }
}

fn limiter<K: std::hash::Hash + Eq + Clone, C: Clock + Clone>(
    rate: Rate,
    clock: &C,
) -> Limiter<K, C> {
    // A period of zero means no limit.
    let period = rate.period.max(Duration::from_nanos(1));
    let quota = Quota::with_period(period).unwrap_or(Quota::per_second(NonZeroU32::MAX));
    let quota = quota.allow_burst(rate.burst);
    RateLimiter::new(quota, DefaultKeyedStateStore::default(), clock.clone())
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    const ADA: Option<&str> = Some("ada@example.org");

    fn limits(
        address: u32,
        account: u32,
        device: u32,
    ) -> (Limits<FakeRelativeClock>, FakeRelativeClock) {
        let rate = |burst, seconds| Rate {
            burst: NonZeroU32::new(burst).unwrap(),
            period: Duration::from_secs(seconds),
        };
        let rates = Rates {
            address: rate(address, 6),
            account: rate(account, 60),
            device: rate(device, 6),
            ..Rates::generous()
        };
        let clock = FakeRelativeClock::default();
        (Limits::with(rates, clock.clone()), clock)
    }

    fn from(address: &str) -> Origin {
        Origin(Some(address.parse().unwrap()))
    }

    #[test]
    fn an_address_waits_and_may_try_again() {
        let (limits, clock) = limits(2, 100, 1);
        let check = |address| limits.check_attempt(from(address), None, None);
        assert!(check("192.0.2.1").is_ok() && check("192.0.2.1").is_ok());
        let TooMany { seconds } = check("192.0.2.1").unwrap_err();
        assert!((6..=7).contains(&seconds), "{seconds}");
        assert!(check("192.0.2.2").is_ok(), "others go on");
        clock.advance(Duration::from_secs(6));
        assert!(check("192.0.2.1").is_ok());

        assert!(check("2001:db8::1").is_ok() && check("2001:db8::2").is_ok());
        assert!(check("2001:db8::3").is_err(), "one network, one bucket");
        assert!(check("2001:db8:0:1::3").is_ok());
    }

    #[test]
    fn a_block_of_many_networks_and_all_addresses_together_have_a_limit_and_known_devices_go_on() {
        let rates = Rates {
            block: Rate {
                burst: NonZeroU32::new(3).unwrap(),
                period: Duration::from_secs(2),
            },
            everyone: Rate {
                burst: NonZeroU32::new(5).unwrap(),
                period: Duration::from_secs(1),
            },
            ..Rates::generous()
        };
        let clock = FakeRelativeClock::default();
        let limits = Limits::with(rates, clock.clone());
        let check = |address: &str| limits.check_attempt(from(address), None, None);
        for network in 0..3 {
            assert!(check(&format!("2001:db8:7:{network}::1")).is_ok());
        }
        let stopped = check("2001:db8:7:3::1");
        assert_eq!(
            stopped,
            Err(TooMany { seconds: 3 }),
            "one block, one bucket"
        );
        assert!(check("2001:db8:8::1").is_ok(), "another block goes on");
        assert!(check("192.0.2.1").is_ok(), "and so does IPv4");
        assert!(check("192.0.2.2").is_err(), "five are all there are");
        let mine = Device::new("ada@example.org");
        assert!(
            limits
                .check_attempt(from("192.0.2.2"), ADA, Some(&mine))
                .is_ok()
        );
        clock.advance(Duration::from_secs(1));
        assert!(check("192.0.2.2").is_ok() && check("192.0.2.3").is_err());
    }

    #[test]
    fn strangers_at_many_addresses_share_an_account_bucket_and_never_lock_out_its_owner() {
        let (limits, clock) = limits(1_000, 3, 2);
        let other_address = |n: u8| {
            limits.check_attempt(
                from(&format!("192.0.2.{n}")),
                Some("Ada@Example.org "),
                None,
            )
        };
        assert!((1..=3).all(|n| other_address(n).is_ok()));
        assert_eq!(other_address(4), Err(TooMany { seconds: 61 }));

        let (mine, other) = (
            Device::new("ada@example.org"),
            Device::new("eve@example.org"),
        );
        let device = |device| limits.check_attempt(from("192.0.2.9"), ADA, Some(device));
        assert!(device(&mine).is_ok(), "the owner's browser goes on");
        assert!(
            device(&other).is_err(),
            "a browser of somebody else's does not"
        );
        assert!(
            device(&mine).is_ok() && device(&mine).is_err(),
            "it has a limit too"
        );
        let second = Device::new("ada@example.org");
        assert!(device(&second).is_ok(), "each device has its own");

        clock.advance(Duration::from_mins(1));
        assert!(other_address(5).is_ok() && other_address(6).is_err());
    }

    #[test]
    fn a_device_is_not_locked_out_by_others_at_its_address() {
        let (limits, _) = limits(1, 100, 2);
        assert!(
            limits
                .check_attempt(from("192.0.2.1"), Some("eve@example.org"), None)
                .is_ok()
        );
        assert!(limits.check_attempt(from("192.0.2.1"), ADA, None).is_err());
        let mine = Device::new("ada@example.org");
        assert!(
            limits
                .check_attempt(from("192.0.2.1"), ADA, Some(&mine))
                .is_ok()
        );
    }

    #[test]
    fn full_buckets_are_pruned() {
        let (limits, clock) = limits(10, 10, 10);
        for n in 0..50 {
            let account = format!("{n}@example.org");
            limits
                .check_attempt(from("192.0.2.1"), Some(&account), None)
                .ok();
        }
        assert_eq!(limits.addresses.len(), 1);
        clock.advance(Duration::from_hours(1));
        limits.prune();
        assert!(limits.addresses.is_empty() && limits.accounts.is_empty());
    }
}
