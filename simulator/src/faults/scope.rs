//! The requests that a fault applies to, and the faults that are switched on.

use crate::faults::fault::Fault;
use crate::random::happens;
use crate::requests::endpoint::Endpoint;

/// The requests that a fault applies to.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    endpoint: Option<Endpoint>,
    repository: Option<String>,
    user: Option<String>,
    times: Option<u32>,
    chance: Option<(f64, u64)>,
    public: bool,
}

/// Identifies a fault that is switched on, to switch it off again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultId(u64);

/// The properties of a request that a scope matches.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    pub(crate) endpoint: Endpoint,
    /// The repository's name as requested, and its current name.
    pub(crate) repository: [Option<&'a str>; 2],
    pub(crate) user: Option<&'a str>,
    pub(crate) is_public: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Rules {
    rules: Vec<Rule>,
    made: u64,
}

#[derive(Debug)]
struct Rule {
    id: FaultId,
    fault: Fault,
    scope: Scope,
    seen: u64,
}

impl Scope {
    /// Every request that the fault can apply to.
    #[must_use]
    pub fn everywhere() -> Self {
        Self::default()
    }

    /// Only this endpoint.
    #[must_use]
    pub fn endpoint(mut self, endpoint: Endpoint) -> Self {
        self.endpoint = Some(endpoint);
        self
    }

    /// Only this repository (`OWNER/NAME`), however it is addressed.
    #[must_use]
    pub fn repository(mut self, full_name: impl Into<String>) -> Self {
        self.repository = Some(full_name.into());
        self
    }

    /// Only public repositories, like GitHub's late publishing of 2026.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.public = true;
        self
    }

    /// Only requests with a token of this user.
    #[must_use]
    pub fn user(mut self, login: impl Into<String>) -> Self {
        self.user = Some(login.into());
        self
    }

    /// Only the next `requests` that it would apply to; then it is used up.
    #[must_use]
    pub fn next(mut self, requests: u32) -> Self {
        self.times = Some(requests);
        self
    }

    /// Each request with this probability, the same ones for the same seed.
    #[must_use]
    pub fn probability(mut self, probability: f64, seed: u64) -> Self {
        self.chance = Some((probability, seed));
        self
    }

    fn matches(&self, target: Target<'_>) -> bool {
        let is = |wanted: &Option<String>, found: Option<&str>| match (wanted, found) {
            (None, _) => true,
            (Some(wanted), Some(found)) => wanted.eq_ignore_ascii_case(found),
            (Some(_), None) => false,
        };
        self.endpoint
            .is_none_or(|endpoint| endpoint == target.endpoint)
            && target
                .repository
                .iter()
                .any(|name| is(&self.repository, *name))
            && is(&self.user, target.user)
            && (target.is_public || !self.public)
    }
}

impl Rules {
    pub(crate) fn add(&mut self, fault: Fault, scope: Scope) -> FaultId {
        self.made += 1;
        let id = FaultId(self.made);
        self.rules.push(Rule {
            id,
            fault,
            scope,
            seen: 0,
        });
        id
    }

    pub(crate) fn remove(&mut self, id: FaultId) {
        self.rules.retain(|rule| rule.id != id);
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// The faults that apply to this request, in the order they were switched on. Counts them as
    /// used.
    pub(crate) fn matching(&mut self, target: Target<'_>) -> Vec<Fault> {
        let applied = self
            .rules
            .iter_mut()
            .filter_map(|rule| rule.apply(target))
            .collect();
        self.rules.retain(|rule| rule.scope.times != Some(0));
        applied
    }
}

impl Rule {
    fn apply(&mut self, target: Target<'_>) -> Option<Fault> {
        if !self.fault.applies_to(target.endpoint) || !self.scope.matches(target) {
            return None;
        }
        self.seen += 1;
        if let Some((probability, seed)) = self.scope.chance
            && !happens(seed, self.seen, probability)
        {
            return None;
        }
        if let Some(times) = &mut self.scope.times {
            *times = times.checked_sub(1)?;
        }
        Some(self.fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    const VIEWS: Target<'_> = Target {
        endpoint: Endpoint::Views,
        repository: [Some("acme/anvil"), Some("acme/anvil")],
        user: Some("wile"),
        is_public: true,
    };

    #[test]
    fn a_scope_narrows_by_endpoint_repository_and_user() {
        let applies = |scope: Scope| {
            let mut rules = Rules::default();
            rules.add(Fault::ServerError, scope);
            !rules.matching(VIEWS).is_empty()
        };
        assert!(applies(Scope::everywhere()));
        assert!(applies(
            Scope::everywhere()
                .endpoint(Endpoint::Views)
                .repository("Acme/Anvil")
                .user("Wile")
        ));
        assert!(!applies(Scope::everywhere().endpoint(Endpoint::Clones)));
        assert!(!applies(Scope::everywhere().repository("acme/rocket")));
        assert!(!applies(Scope::everywhere().user("bip")));
    }

    #[test]
    fn a_counted_fault_is_used_up_and_an_uncounted_one_stays_until_removed() {
        let mut rules = Rules::default();
        rules.add(Fault::ServerError, Scope::everywhere().next(2));
        let lasting = rules.add(Fault::Sparse, Scope::everywhere());
        let applied: Vec<usize> = (0..4).map(|_| rules.matching(VIEWS).len()).collect();
        assert_eq!(applied, [2, 2, 1, 1]);
        rules.remove(lasting);
        assert!(rules.matching(VIEWS).is_empty());
    }

    #[test]
    fn a_fault_does_not_apply_to_endpoints_that_cannot_have_it() {
        let mut rules = Rules::default();
        rules.add(Fault::MissingPushAccess, Scope::everywhere().next(1));
        let user = Target {
            endpoint: Endpoint::User,
            repository: [None; 2],
            ..VIEWS
        };
        assert!(rules.matching(user).is_empty());
        assert_eq!(rules.matching(VIEWS), [Fault::MissingPushAccess]);
    }
}
