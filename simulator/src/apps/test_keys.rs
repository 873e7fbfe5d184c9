//! Keys for tests that authenticate as a GitHub App.

/// An RSA key in PEM, as GitHub issues it. It is public: never use it for a real app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TestKeys {
    /// The private key of the app (PKCS #1, like the ones from GitHub).
    pub private_pem: &'static str,
    /// The public key for [`App::new`](crate::App::new).
    pub public_pem: &'static str,
}

/// A key pair, for tests only.
#[must_use]
pub fn test_keys() -> TestKeys {
    TestKeys {
        private_pem: include_str!("../../keys/app.private.pem"),
        public_pem: include_str!("../../keys/app.public.pem"),
    }
}

/// Another pair, for tests that sign with the wrong key.
#[must_use]
pub fn other_test_keys() -> TestKeys {
    TestKeys {
        private_pem: include_str!("../../keys/other.private.pem"),
        public_pem: include_str!("../../keys/other.public.pem"),
    }
}
