//! The client's address behind reverse proxies that are trusted.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Once;

use http::{HeaderMap, HeaderName};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The reverse proxies whose `X-Forwarded-For` is trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

/// The text names neither an address nor a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is neither an address nor a network such as 10.0.0.0/8")]
pub struct TrustedProxiesError(String);

impl FromStr for TrustedProxies {
    type Err = TrustedProxiesError;

    /// Addresses and networks (CIDR), with commas between them.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split(',').map(str::trim);
        let parts = parts.filter(|part| !part.is_empty());
        let networks = parts.map(|part| {
            let address = part.parse::<IpAddr>().map(IpNet::from);
            address
                .or_else(|_| part.parse::<IpNet>())
                .map_err(|_| TrustedProxiesError(part.to_owned()))
        });
        networks.collect::<Result<_, _>>().map(Self)
    }
}

impl TrustedProxies {
    /// The client's address: from the right, the first one that is not a trusted proxy.
    ///
    /// Each proxy appends the address of its peer, so anything further left may be forged.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let lines = headers.get_all(X_FORWARDED_FOR).iter();
        let lines = lines.map(|line| line.to_str().unwrap_or_default());
        let mut hops: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
        while self.trusts(client) {
            match hops.pop().and_then(address) {
                Some(hop) => client = hop,
                None => break,
            }
        }
        client
    }

    /// Warns once that a request came through a proxy that is not trusted. All people behind it
    /// share one address, so one who guesses passwords makes the others wait.
    pub(crate) fn warn_if_untrusted(&self, peer: IpAddr, headers: &HeaderMap) {
        static WARNED: Once = Once::new();
        if !headers.contains_key(X_FORWARDED_FOR) || self.trusts(peer.to_canonical()) {
            return;
        }
        WARNED.call_once(|| {
            tracing::warn!(
                proxy = %peer,
                "a request came through a proxy that TIDEMARK_TRUSTED_PROXIES does not list; all clients behind it share one rate limit"
            );
        });
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// Parses an address as proxies write it: with a port, or with brackets around IPv6.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let address = bare.unwrap_or(text).parse::<IpAddr>();
    address
        .or_else(|_| text.parse::<SocketAddr>().map(|socket| socket.ip()))
        .ok()
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &str, peer: &str, forwarded: &[&str]) -> String {
        let trusted: TrustedProxies = trusted.parse().unwrap();
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(X_FORWARDED_FOR, line.parse().unwrap());
        }
        trusted.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn an_untrusted_proxy_is_ignored() {
        assert_eq!(client("", "192.0.2.1", &["203.0.113.9"]), "192.0.2.1");
        assert_eq!(
            client("10.0.0.0/8", "192.0.2.1", &["203.0.113.9"]),
            "192.0.2.1"
        );
    }

    #[test]
    fn the_client_is_the_rightmost_address_that_is_no_proxy() {
        let trusted = "10.0.0.0/8, 2001:db8::/32,127.0.0.1";
        for (forwarded, expected) in [
            (&["203.0.113.9"][..], "203.0.113.9"),
            (&["1.1.1.1, 203.0.113.9, 10.1.2.3"], "203.0.113.9"),
            (&["1.1.1.1", "203.0.113.9", "10.1.2.3"], "203.0.113.9"),
            (&["203.0.113.9:4711"], "203.0.113.9"),
            (&["[2001:db9::1]:443, [2001:db8::2]"], "2001:db9::1"),
            (&["::ffff:203.0.113.9"], "203.0.113.9"),
            (&["10.9.9.9"], "10.9.9.9"),
            (&["203.0.113.9, unknown"], "127.0.0.1"),
            (&["203.0.113.9, unknown, 10.1.2.3"], "10.1.2.3"),
            (&[], "127.0.0.1"),
        ] {
            let mapped = client(trusted, "::ffff:127.0.0.1", forwarded);
            assert_eq!(mapped, expected, "{forwarded:?}");
        }
    }

    #[test]
    fn a_wrong_network_is_named() {
        let wrong = "10.0.0.0/8, office".parse::<TrustedProxies>();
        assert!(wrong.unwrap_err().to_string().contains("“office”"));
        assert!("10.0.0.0/33".parse::<TrustedProxies>().is_err());
        assert_eq!("".parse::<TrustedProxies>(), Ok(TrustedProxies::default()));
    }
}
