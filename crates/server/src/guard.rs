//! Whose request it is. A page of another site, open in the same browser, must neither read nor write here.
//!
//! - The `Host` header must be this machine's own name for itself with our port: a name that somebody pointed at
//!   127.0.0.1 (DNS rebinding) is refused.
//! - What another site asks for is refused, except for a link that somebody followed (a navigation of the whole window).
//! - What is not a plain read must come from our own pages, by `Origin` and `Sec-Fetch-Site`, and carry the run's token,
//!   which no other site can read.
//!
//! Browsers' headers are described in the Fetch Metadata specification of the W3C and in the OWASP cheat sheet on
//! cross-site request forgery.

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// What every answer carries. `no-referrer` would make browsers send `Origin: null` with our own forms.
const HEADERS: [(HeaderName, &str); 8] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "interest-cohort=(), geolocation=(), camera=(), microphone=()",
    ),
    (header::CACHE_CONTROL, "no-store"),
];

/// The guard in front of every route.
pub(crate) async fn guard(State(port): State<u16>, request: Request, next: Next) -> Response {
    let mut response = match refusal(port, request.method(), request.headers()) {
        Some((status, why)) => (status, why).into_response(),
        None => next.run(request).await,
    };
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Why a request is refused, where it is.
fn refusal(port: u16, method: &Method, headers: &HeaderMap) -> Option<(StatusCode, &'static str)> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("\u{0}"));
    let Some(host) = text("host").filter(|host| is_ours(host, port)) else {
        return Some((StatusCode::MISDIRECTED_REQUEST, "This address is not served here.\n"));
    };
    let reads = matches!(*method, Method::GET | Method::HEAD);
    let site = text("sec-fetch-site");
    let followed =
        reads && text("sec-fetch-mode") == Some("navigate") && text("sec-fetch-dest") == Some("document");
    if !matches!(site, None | Some("same-origin" | "none")) && !followed {
        return Some((StatusCode::FORBIDDEN, "Other sites may not ask here.\n"));
    }
    if !reads && text("origin").is_some_and(|origin| origin.strip_prefix("http://") != Some(host)) {
        return Some((StatusCode::FORBIDDEN, "Only the pages served here may record anything.\n"));
    }
    None
}

fn is_ours(host: &str, port: u16) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, given)) if given.parse() == Ok(port) => name,
        // Browsers leave out the port of plain HTTP.
        _ if port == 80 => host,
        _ => return false,
    };
    ["localhost", "127.0.0.1", "[::1]"].contains(&name)
}

/// The token of one run: 128 bits that only its pages know.
#[derive(Clone)]
pub(crate) struct Token(String);

impl Token {
    /// Drawn from the system's source of randomness.
    pub(crate) fn draw() -> std::io::Result<Self> {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
        Ok(Self(format!("{:032x}", u128::from_be_bytes(bytes))))
    }

    /// As pages carry it.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the one given; takes as long for every wrong one of the right length.
    pub(crate) fn is(&self, given: &str) -> bool {
        let (own, given) = (self.0.as_bytes(), given.as_bytes());
        own.len() == given.len() && own.iter().zip(given).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &Method, headers: &[(&'static str, &str)]) -> Option<StatusCode> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, HeaderValue::from_str(value).unwrap());
        }
        refusal(4747, method, &map).map(|(status, _)| status)
    }

    #[test]
    fn only_this_machines_own_names_are_served() {
        for host in ["localhost:4747", "127.0.0.1:4747", "[::1]:4747"] {
            assert_eq!(asked(&Method::GET, &[("host", host)]), None, "{host}");
        }
        for host in [
            "evil.example:4747",
            "localhost",
            "localhost:80",
            "localhost.evil.example:4747",
            "127.0.0.1:4748",
            "",
        ] {
            assert_eq!(
                asked(&Method::GET, &[("host", host)]),
                Some(StatusCode::MISDIRECTED_REQUEST),
                "{host}"
            );
        }
        assert_eq!(asked(&Method::GET, &[]), Some(StatusCode::MISDIRECTED_REQUEST));
        assert!(is_ours("localhost", 80));
    }

    #[test]
    fn other_sites_may_link_and_nothing_else() {
        let host = ("host", "localhost:4747");
        let from = |site, mode, dest| {
            [host, ("sec-fetch-site", site), ("sec-fetch-mode", mode), ("sec-fetch-dest", dest)]
        };
        assert_eq!(asked(&Method::GET, &from("cross-site", "navigate", "document")), None);
        assert_eq!(asked(&Method::GET, &from("same-origin", "cors", "empty")), None);
        assert_eq!(asked(&Method::GET, &from("none", "navigate", "document")), None);
        for (site, mode, dest) in [
            ("cross-site", "no-cors", "script"),
            ("cross-site", "cors", "empty"),
            ("cross-site", "navigate", "iframe"),
            ("same-site", "cors", "empty"),
        ] {
            assert_eq!(
                asked(&Method::GET, &from(site, mode, dest)),
                Some(StatusCode::FORBIDDEN),
                "{site} {mode} {dest}"
            );
        }
        assert_eq!(
            asked(&Method::POST, &from("cross-site", "navigate", "document")),
            Some(StatusCode::FORBIDDEN),
            "a form of another site"
        );
    }

    #[test]
    fn writes_come_from_our_own_pages() {
        let host = ("host", "localhost:4747");
        assert_eq!(asked(&Method::POST, &[host, ("origin", "http://localhost:4747")]), None);
        for origin in [
            "http://evil.example",
            "null",
            "https://localhost:4747",
            "http://127.0.0.1:4747",
            "http://localhost:80",
        ] {
            assert_eq!(
                asked(&Method::POST, &[host, ("origin", origin)]),
                Some(StatusCode::FORBIDDEN),
                "{origin}"
            );
        }
    }

    #[test]
    fn a_token_is_known_only_whole() {
        let token = Token::draw().unwrap();
        assert!(token.is(token.as_str()));
        assert!(!token.is("") && !token.is(&token.as_str()[1..]) && !token.is(&"0".repeat(32)));
        assert_ne!(token.as_str(), Token::draw().unwrap().as_str());
    }
}
