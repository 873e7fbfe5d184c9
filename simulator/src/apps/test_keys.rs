//! Keys to sign in as a GitHub App with, in tests.

/// An RSA key in PEM, as GitHub hands it out once. It is public: it must never sign
/// for an app that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TestKeys {
    /// What the app signs with (PKCS #1, as GitHub's downloads are).
    pub private_pem: &'static str,
    /// What [`App::new`](crate::App::new) is given.
    pub public_pem: &'static str,
}

/// A pair of keys, for tests only.
#[must_use]
pub fn test_keys() -> TestKeys {
    TestKeys {
        private_pem: include_str!("../../keys/app.private.pem"),
        public_pem: include_str!("../../keys/app.public.pem"),
    }
}

/// Another pair, for tests in which somebody signs with the wrong key.
#[must_use]
pub fn other_test_keys() -> TestKeys {
    TestKeys {
        private_pem: include_str!("../../keys/other.private.pem"),
        public_pem: include_str!("../../keys/other.public.pem"),
    }
}
