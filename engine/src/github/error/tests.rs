//! Each failure has a name and a sentence.

use super::*;

/// One of each.
fn all() -> Vec<GithubError> {
    use GithubError as E;
    let limit = Limit::Primary;
    let until = DateTime::UNIX_EPOCH;
    let message = None;
    vec![
        E::Address,
        E::Insecure(SecureUrlError::Unencrypted),
        E::TokenRefused,
        E::AppKey,
        E::AppRefused,
        E::NoInstallation,
        E::InstallationSuspended,
        E::NotGithub,
        E::LockedOut,
        E::MissingPermission("Administration: read".into()),
        E::NoPushAccess,
        E::PaidPlan,
        E::SingleSignOn(None),
        E::SingleSignOn(Some("https://github.com/orgs/acme/sso".into())),
        E::TokenPolicy(TokenPolicy::Lifetime, "no".into()),
        E::TokenPolicy(TokenPolicy::Classic, "no".into()),
        E::TokenPolicy(TokenPolicy::Personal, "no".into()),
        E::AddressNotAllowed("acme".into()),
        E::AppNotApproved("acme".into()),
        E::NoAdminRights,
        E::LockedForMigration,
        E::AccountSuspended,
        E::MissingScope("repo".into()),
        E::Gone,
        E::AccessLost,
        E::NotFound,
        E::NoTraffic,
        E::Moved,
        E::ForeignRedirect,
        E::Blocked,
        E::RateLimited { limit, until },
        E::ServerError(502),
        E::TimedOut,
        E::Unreachable,
        E::Interrupted,
        E::IncompleteJson,
        E::Malformed("traffic"),
        E::Refused {
            status: 403,
            message,
        },
    ]
}

#[test]
fn what_is_asked_again_at_once_is_not_called_hopeless_and_what_refuses_the_connection_is_its() {
    for error in all() {
        let kind = error.kind();
        if error.is_transient() {
            assert!(!kind.is_permanent() && !kind.is_of_connection(), "{error}");
        }
        if error.refuses_connection() {
            assert!(kind.is_of_connection(), "{error}");
        }
        assert!(!(kind.is_permanent() && kind.is_of_connection()), "{kind}");
    }
}

#[test]
fn each_says_shortly_what_happened() {
    for error in all() {
        let sentence = error.to_string();
        assert!(
            sentence.ends_with('.')
                && !sentence.replace("Administration: read", "").contains(": ")
                && sentence.matches(". ").count() <= 2,
            "{sentence}"
        );
    }
}
