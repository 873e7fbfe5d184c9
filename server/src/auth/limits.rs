//! How often anybody may try: by address, and by account without letting strangers lock its
//! owner out.
//!
//! A browser that once signed in to an account is known by its device cookie and has a bucket of
//! its own for it; everybody else shares the account's bucket. So whoever guesses at an account
//! slows down strangers, never its owner at home.
//! <https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies>

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use domain::{Origin, Problem, ProblemKind, TokenId};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use super::device::Device;

/// So many attempts at once, and once more after each period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many at once.
    pub burst: NonZeroU32,
    /// How long until there is one more.
    pub period: Duration,
}

/// How often anybody may try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// From one address; of IPv6, from one network of 64 bits.
    pub address: Rate,
    /// From one IPv6 block of 48 bits, which anyone can have: it holds 65,536 of the former.
    pub block: Rate,
    /// From all addresses together, by browsers that are not known.
    pub everyone: Rate,
    /// To one account, by all browsers together that never signed in to it.
    pub account: Rate,
    /// To one account, by one browser that did.
    pub device: Rate,
    /// Requests of programs with one API token.
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
            // A hash takes a core for some 20 ms, so that is a small part of one.
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
    /// So many attempts that nobody notices a limit: where there is nothing to guard.
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

/// Somebody tried too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany {
    /// In so many seconds they may try again.
    pub(crate) seconds: u64,
}

impl TooMany {
    /// The problem of whoever did too much of this.
    pub(crate) fn of(self, what: &str) -> Problem {
        let seconds = self.seconds;
        let unit = if seconds == 1 { "second" } else { "seconds" };
        let sentence = format!("Too many {what}: wait {seconds} {unit} and try again.");
        Problem::new(ProblemKind::TooMany, sentence).retry_after(seconds)
    }
}

impl From<TooMany> for Problem {
    fn from(too_many: TooMany) -> Self {
        too_many.of("attempts")
    }
}

type Limiter<K, C> =
    RateLimiter<K, DefaultKeyedStateStore<K>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// Counts attempts in this process, and forgets those that are long past.
pub(crate) struct Limits<C: Clock = DefaultClock> {
    clock: C,
    addresses: Limiter<IpAddr, C>,
    blocks: Limiter<Ipv6Addr, C>,
    everyone: Limiter<(), C>,
    departures: Limiter<IpAddr, C>,
    accounts: Limiter<String, C>,
    devices: Limiter<Device, C>,
    tokens: Limiter<TokenId, C>,
}

impl Limits {
    /// Buckets that are full, forgotten when nobody tried for long.
    pub(crate) fn new(rates: Rates) -> Arc<Self> {
        let limits = Arc::new(Self::with(rates, DefaultClock::default()));
        let weak = Arc::downgrade(&limits);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                while let Some(limits) = weak.upgrade() {
                    limits.forget();
                    drop(limits);
                    tokio::time::sleep(Duration::from_mins(1)).await;
                }
            });
        }
        limits
    }
}

impl<C: Clock + Clone> Limits<C> {
    fn with(rates: Rates, clock: C) -> Self {
        Self {
            addresses: limiter(rates.address, &clock),
            blocks: limiter(rates.block, &clock),
            everyone: limiter(rates.everyone, &clock),
            departures: limiter(rates.address, &clock),
            accounts: limiter(rates.account, &clock),
            devices: limiter(rates.device, &clock),
            tokens: limiter(rates.token, &clock),
            clock,
        }
    }

    /// Counts an attempt from an address, to an account where it names one, by a known device
    /// where there is one. Whether the account exists makes no difference.
    ///
    /// A device that is known is counted by its own bucket alone: who shares its address cannot
    /// lock it out either, and neither can all the others together. The narrowest bucket is asked
    /// first, so that an address that is stopped takes nothing from the wider ones.
    pub(crate) fn check(
        &self,
        origin: Origin,
        account: Option<&str>,
        device: Option<&Device>,
    ) -> Result<(), TooMany> {
        let account = account.map(folded);
        if let (Some(account), Some(device)) = (&account, device)
            && device.is_of(account)
        {
            return self.ask(&self.devices, device);
        }
        if let Some(network) = origin.network() {
            self.ask(&self.addresses, &network)?;
        }
        if let Some(block) = origin.block() {
            self.ask(&self.blocks, &block)?;
        }
        self.ask(&self.everyone, &())?;
        account.map_or(Ok(()), |account| self.ask(&self.accounts, &account))
    }

    /// Counts setting out to a provider: apart from guesses, so that who guesses keeps nobody
    /// else behind the same address from signing in there.
    pub(crate) fn leave(&self, origin: Origin) -> Result<(), TooMany> {
        let network = origin.network();
        network.map_or(Ok(()), |network| self.ask(&self.departures, &network))
    }

    /// Counts a request of a program with this API token.
    pub(crate) fn call(&self, token: TokenId) -> Result<(), TooMany> {
        self.ask(&self.tokens, &token)
    }

    fn ask<K: std::hash::Hash + Eq + Clone>(
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

    fn forget(&self) {
        self.addresses.retain_recent();
        self.blocks.retain_recent();
        self.departures.retain_recent();
        self.accounts.retain_recent();
        self.devices.retain_recent();
        self.tokens.retain_recent();
    }
}

fn limiter<K: std::hash::Hash + Eq + Clone, C: Clock + Clone>(
    rate: Rate,
    clock: &C,
) -> Limiter<K, C> {
    // No period at all means no limit worth the name.
    let period = rate.period.max(Duration::from_nanos(1));
    let quota = Quota::with_period(period).unwrap_or(Quota::per_second(NonZeroU32::MAX));
    let quota = quota.allow_burst(rate.burst);
    RateLimiter::new(quota, DefaultKeyedStateStore::default(), clock.clone())
}

/// An account as it was typed, compared as addresses are; the longest address has 254 characters.
pub(super) fn folded(account: &str) -> String {
    account.trim().to_lowercase().chars().take(254).collect()
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
        let check = |address| limits.check(from(address), None, None);
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
        let check = |address: &str| limits.check(from(address), None, None);
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
        assert!(limits.check(from("192.0.2.2"), ADA, Some(&mine)).is_ok());
        clock.advance(Duration::from_secs(1));
        assert!(check("192.0.2.2").is_ok() && check("192.0.2.3").is_err());
    }

    #[test]
    fn strangers_at_many_addresses_share_an_account_bucket_and_never_lock_out_its_owner() {
        let (limits, clock) = limits(1_000, 3, 2);
        let stranger = |n: u8| {
            limits.check(
                from(&format!("192.0.2.{n}")),
                Some("Ada@Example.org "),
                None,
            )
        };
        assert!((1..=3).all(|n| stranger(n).is_ok()));
        assert_eq!(stranger(4), Err(TooMany { seconds: 61 }));

        let (mine, other) = (
            Device::new("ada@example.org"),
            Device::new("eve@example.org"),
        );
        let device = |device| limits.check(from("192.0.2.9"), ADA, Some(device));
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
        assert!(stranger(5).is_ok() && stranger(6).is_err());
    }

    #[test]
    fn a_device_is_not_locked_out_by_who_shares_its_address() {
        let (limits, _) = limits(1, 100, 2);
        assert!(
            limits
                .check(from("192.0.2.1"), Some("eve@example.org"), None)
                .is_ok()
        );
        assert!(limits.check(from("192.0.2.1"), ADA, None).is_err());
        let mine = Device::new("ada@example.org");
        assert!(limits.check(from("192.0.2.1"), ADA, Some(&mine)).is_ok());
    }

    #[test]
    fn what_is_long_past_is_forgotten() {
        let (limits, clock) = limits(10, 10, 10);
        for n in 0..50 {
            let account = format!("{n}@example.org");
            limits.check(from("192.0.2.1"), Some(&account), None).ok();
        }
        assert_eq!(limits.addresses.len(), 1);
        clock.advance(Duration::from_hours(1));
        limits.forget();
        assert!(limits.addresses.is_empty() && limits.accounts.is_empty());
    }
}
