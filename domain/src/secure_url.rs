//! URLs that receive secrets must be encrypted.

use std::net::IpAddr;

use url::{Host, Url};

/// The URL is not safe for secrets; the message says which are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecureUrlError {
    /// Not an HTTP URL, or with a user name or password.
    #[error("use a URL that starts with https:// and has no user name or password")]
    Malformed,
    /// Not encrypted and not on this machine.
    #[error(
        "use https:// (http:// is allowed only for this machine, such as http://localhost:3000)"
    )]
    Unencrypted,
}

/// The URL, if it is safe for secrets: over https, or on this machine.
/// OWASP ASVS 5, 12.3.1: an attacker on the path could read a token sent in the clear and
/// impersonate GitHub.
///
/// # Errors
/// If it is not a URL or not encrypted.
pub fn secure_url(text: &str) -> Result<Url, SecureUrlError> {
    let url = Url::parse(text.trim()).map_err(|_| SecureUrlError::Malformed)?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none();
    if !plain {
        return Err(SecureUrlError::Malformed);
    }
    if url.scheme() == "https" || url.host().is_some_and(|host| is_loopback(&host)) {
        Ok(url)
    } else {
        Err(SecureUrlError::Unencrypted)
    }
}

/// Whether a host is this machine.
#[must_use]
pub fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        // RFC 6761, section 6.3: these names never leave the machine.
        Host::Domain(name) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            name == "localhost" || name.ends_with(".localhost")
        }
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => IpAddr::from(*address).to_canonical().is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_over_https_or_stay_on_this_machine() {
        for text in [
            "https://api.github.com",
            " https://git.acme.org/api/v3/ ",
            "http://127.0.0.1:4000",
            "http://127.8.9.1",
            "http://[::1]:4000/x",
            "http://[::ffff:127.0.0.1]",
            "http://localhost:4000",
            "http://github.localhost",
        ] {
            assert!(secure_url(text).is_ok(), "{text}");
        }
        for text in [
            "http://api.github.com",
            "http://10.0.0.1",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://[2001:db8::1]",
            "http://0.0.0.0:4000",
        ] {
            assert_eq!(secure_url(text), Err(SecureUrlError::Unencrypted), "{text}");
        }
        for text in [
            "",
            "api.github.com",
            "ftp://api.github.com",
            "https://",
            "https://ada:secret@api.github.com",
            "file:///etc/passwd",
        ] {
            assert_eq!(secure_url(text), Err(SecureUrlError::Malformed), "{text}");
        }
    }
}
