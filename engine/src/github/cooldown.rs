//! A cooldown with a half-open probe: no requests until it is over, then one probes.

use chrono::{DateTime, Utc};
use parking_lot::Mutex;
use tokio::sync::watch;

use super::error::GithubError;

/// Whether a request may be sent now.
#[derive(Debug)]
pub(crate) enum Admission<T> {
    /// Yes. The value is to be held until the response is there.
    Granted(T),
    /// Not before this moment, for this reason.
    RetryAt(DateTime<Utc>, GithubError),
    /// Not before the probe's response.
    ProbeInFlight,
}

/// A cooldown, shared by all requests that it stops.
pub(crate) struct Cooldown {
    state: Mutex<State>,
    changes: watch::Sender<()>,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Inactive,
    Until(DateTime<Utc>, GithubError),
    /// The cooldown is over, and a probe decides whether it stays so.
    Probing(DateTime<Utc>, GithubError),
}

/// The probing request. If it ends without a result, the next request probes.
pub(crate) struct Probe<'a>(&'a Cooldown);

impl Default for Cooldown {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            changes: watch::Sender::new(()),
        }
    }
}

impl Cooldown {
    /// Whether a request may be sent, and whether it is the probe.
    pub(crate) fn admit(&self, now: DateTime<Utc>) -> Admission<Option<Probe<'_>>> {
        let mut state = self.state.lock();
        match &*state {
            State::Inactive => Admission::Granted(None),
            State::Until(until, reason) if now < *until => {
                Admission::RetryAt(*until, reason.clone())
            }
            State::Until(until, reason) => {
                *state = State::Probing(*until, reason.clone());
                Admission::Granted(Some(Probe(self)))
            }
            State::Probing(..) => Admission::ProbeInFlight,
        }
    }

    /// Starts or extends a cooldown. Never shortens one, since responses can overtake each other.
    pub(crate) fn start(&self, until: DateTime<Utc>, reason: GithubError) {
        {
            let mut state = self.state.lock();
            if let State::Until(known, _) = &*state
                && *known >= until
            {
                return;
            }
            *state = State::Until(until, reason);
        }
        self.notify();
    }

    /// Ends the cooldown after a successful probe. A response to a request from before the cooldown
    /// does not count.
    pub(crate) fn finish(&self) {
        {
            let mut state = self.state.lock();
            if !matches!(*state, State::Probing(..)) {
                return;
            }
            *state = State::Inactive;
        }
        self.notify();
    }

    /// Whether requests are stopped and none probes.
    pub(crate) fn is_active(&self, now: DateTime<Utc>) -> bool {
        matches!(&*self.state.lock(), State::Until(until, _) if now < *until)
    }

    /// Notifies of every change. Subscribe before asking for admission, so that none is missed.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    fn notify(&self) {
        self.changes.send_replace(());
    }
}

impl Drop for Probe<'_> {
    fn drop(&mut self) {
        {
            let mut state = self.0.state.lock();
            let State::Probing(until, reason) = &*state else {
                return;
            };
            *state = State::Until(*until, reason.clone());
        }
        self.0.notify();
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn paused_until(seconds: i64) -> Cooldown {
        let cooldown = Cooldown::default();
        cooldown.start(at(seconds), GithubError::TimedOut);
        cooldown
    }

    fn probe(cooldown: &Cooldown, seconds: i64) -> Probe<'_> {
        match cooldown.admit(at(seconds)) {
            Admission::Granted(Some(probe)) => probe,
            _ => panic!("nobody tries"),
        }
    }

    #[test]
    fn after_a_pause_one_tries_and_the_others_follow_when_it_succeeds() {
        let cooldown = paused_until(60);
        assert!(matches!(cooldown.admit(at(59)), Admission::RetryAt(until, _) if until == at(60)));
        let changes = cooldown.changes();
        let probe = probe(&cooldown, 60);
        assert!(matches!(cooldown.admit(at(61)), Admission::ProbeInFlight));
        cooldown.finish();
        assert!(changes.has_changed().expect("it lives"));
        drop(probe);
        assert!(matches!(cooldown.admit(at(61)), Admission::Granted(None)));
    }

    #[test]
    fn one_that_fails_begins_another_pause() {
        let cooldown = paused_until(60);
        let probe = probe(&cooldown, 60);
        cooldown.start(at(180), GithubError::TimedOut);
        drop(probe);
        assert!(cooldown.is_active(at(179)));
        assert!(
            matches!(cooldown.admit(at(179)), Admission::RetryAt(until, _) if until == at(180))
        );
    }

    #[test]
    fn one_that_tells_nothing_leaves_the_next_to_try() {
        let cooldown = paused_until(60);
        let changes = cooldown.changes();
        drop(probe(&cooldown, 60));
        assert!(changes.has_changed().expect("it lives"));
        drop(probe(&cooldown, 60));
    }

    #[test]
    fn an_old_answer_neither_ends_a_pause_nor_shortens_it() {
        let cooldown = paused_until(60);
        cooldown.finish();
        cooldown.start(at(30), GithubError::TimedOut);
        assert!(cooldown.is_active(at(59)));
    }
}
