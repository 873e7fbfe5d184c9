//! A pause in the asking: nothing is sent until it is over, and then one request tries alone.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use super::error::GithubError;

/// Whether a request may be sent now.
#[derive(Debug)]
pub(crate) enum Turn<T> {
    /// It may; what comes with it is to be held until the answer is there.
    Now(T),
    /// Not before this moment, for this reason.
    At(DateTime<Utc>, GithubError),
    /// Not before the one that tries is answered.
    Behind,
}

/// A pause, for all who ask over the same line.
pub(crate) struct Pause {
    state: Mutex<State>,
    news: watch::Sender<()>,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    None,
    Until(DateTime<Utc>, GithubError),
    /// It is over, and a request is on its way that tells whether it stays so.
    Trying(DateTime<Utc>, GithubError),
}

/// The request that tries; where it ends without telling anything, the next one tries.
pub(crate) struct Trial<'a>(&'a Pause);

impl Default for Pause {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            news: watch::Sender::new(()),
        }
    }
}

impl Pause {
    /// Whether a request may be sent, and whether it is the one that tries.
    pub(crate) fn turn(&self, now: DateTime<Utc>) -> Turn<Option<Trial<'_>>> {
        let mut state = self.state();
        match &*state {
            State::None => Turn::Now(None),
            State::Until(until, reason) if now < *until => Turn::At(*until, reason.clone()),
            State::Until(until, reason) => {
                *state = State::Trying(*until, reason.clone());
                Turn::Now(Some(Trial(self)))
            }
            State::Trying(..) => Turn::Behind,
        }
    }

    /// Begins a pause, or makes it longer; never shorter, since answers overtake each other.
    pub(crate) fn begin(&self, until: DateTime<Utc>, reason: GithubError) {
        {
            let mut state = self.state();
            if let State::Until(known, _) = &*state
                && *known >= until
            {
                return;
            }
            *state = State::Until(until, reason);
        }
        self.tell();
    }

    /// What a good answer means: what was tried succeeded. An answer to a question from before
    /// the pause says nothing about it.
    pub(crate) fn end(&self) {
        {
            let mut state = self.state();
            if !matches!(*state, State::Trying(..)) {
                return;
            }
            *state = State::None;
        }
        self.tell();
    }

    /// Whether everybody waits, and nobody tries.
    pub(crate) fn lasts(&self, now: DateTime<Utc>) -> bool {
        matches!(&*self.state(), State::Until(until, _) if now < *until)
    }

    /// Tells of every change; to be taken before the turn is asked for, so that none is missed.
    pub(crate) fn news(&self) -> watch::Receiver<()> {
        self.news.subscribe()
    }

    fn tell(&self) {
        self.news.send_replace(());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        {
            let mut state = self.0.state();
            let State::Trying(until, reason) = &*state else {
                return;
            };
            *state = State::Until(*until, reason.clone());
        }
        self.0.tell();
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn paused_until(seconds: i64) -> Pause {
        let pause = Pause::default();
        pause.begin(at(seconds), GithubError::NoAnswer);
        pause
    }

    fn trial(pause: &Pause, seconds: i64) -> Trial<'_> {
        match pause.turn(at(seconds)) {
            Turn::Now(Some(trial)) => trial,
            _ => panic!("nobody tries"),
        }
    }

    #[test]
    fn after_a_pause_one_tries_and_the_others_follow_when_it_succeeds() {
        let pause = paused_until(60);
        assert!(matches!(pause.turn(at(59)), Turn::At(until, _) if until == at(60)));
        let news = pause.news();
        let trial = trial(&pause, 60);
        assert!(matches!(pause.turn(at(61)), Turn::Behind));
        pause.end();
        assert!(news.has_changed().expect("it lives"));
        drop(trial);
        assert!(matches!(pause.turn(at(61)), Turn::Now(None)));
    }

    #[test]
    fn one_that_fails_begins_another_pause() {
        let pause = paused_until(60);
        let trial = trial(&pause, 60);
        pause.begin(at(180), GithubError::NoAnswer);
        drop(trial);
        assert!(pause.lasts(at(179)));
        assert!(matches!(pause.turn(at(179)), Turn::At(until, _) if until == at(180)));
    }

    #[test]
    fn one_that_tells_nothing_leaves_the_next_to_try() {
        let pause = paused_until(60);
        let news = pause.news();
        drop(trial(&pause, 60));
        assert!(news.has_changed().expect("it lives"));
        drop(trial(&pause, 60));
    }

    #[test]
    fn an_old_answer_neither_ends_a_pause_nor_shortens_it() {
        let pause = paused_until(60);
        pause.end();
        pause.begin(at(30), GithubError::NoAnswer);
        assert!(pause.lasts(at(59)));
    }
}
