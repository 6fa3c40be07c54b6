//! The seal on every request and answer: HMAC-SHA256 over all that it says, under the secret that two peers share.
//!
//! An answer is sealed with what the request drew, so that an old answer cannot be passed off as one to it. An old request
//! that is sent again does nothing that it has not done already: every request is idempotent.

use super::parts::Part;
use crate::peers::Secret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// The headers.
pub(super) const PEER: &str = "kedge-peer";
pub(super) const NONCE: &str = "kedge-nonce";
pub(super) const PART: &str = "kedge-part";
pub(super) const SEAL: &str = "kedge-seal";

/// What a request or an answer says beside its body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said<'a> {
    /// The HTTP status of an answer; a request has none.
    pub(super) status: Option<u16>,
    pub(super) verb: &'a str,
    /// The name of who asks.
    pub(super) peer: &'a str,
    /// 32 hexadecimal digits that the request drew at random.
    pub(super) nonce: &'a str,
    pub(super) part: Option<Part>,
    pub(super) body: &'a [u8],
}

impl Said<'_> {
    fn mac(&self, secret: &Secret) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.bytes()).ok()?;
        let kind = self.status.map_or_else(|| "request".to_owned(), |status| format!("answer {status}"));
        let part = self.part.map(|part| part.to_string()).unwrap_or_default();
        // No line can hold the end of a line, so that no two things said have the same bytes.
        let Self { verb, peer, nonce, .. } = self;
        mac.update(format!("kedge replica 1\n{kind}\n{verb}\n{peer}\n{nonce}\n{part}\n").as_bytes());
        mac.update(self.body);
        Some(mac)
    }

    /// The seal, as its header holds it. HMAC takes keys of any length, so that there always is one.
    pub(super) fn seal(&self, secret: &Secret) -> String {
        self.mac(secret).map(|mac| hex(&mac.finalize().into_bytes())).unwrap_or_default()
    }

    /// Whether that is its seal. Takes the same time wherever they differ.
    pub(super) fn is_sealed(&self, secret: &Secret, seal: &str) -> bool {
        match (self.mac(secret), unhex::<32>(seal)) {
            (Some(mac), Some(seal)) => mac.verify_slice(&seal).is_ok(),
            _ => false,
        }
    }
}

/// The digest of a message that travels in parts.
pub(super) fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// A session of writes, apart from those of all other peers.
pub(super) fn session(peer: &str, session: [u8; 16]) -> [u8; 16] {
    let mut all = format!("kedge session 1\n{peer}\n").into_bytes();
    all.extend(session);
    let mut short = [0; 16];
    short.iter_mut().zip(digest(&all)).for_each(|(to, byte)| *to = byte);
    short
}

pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |digit: u8| char::from(DIGITS[usize::from(digit & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// Exactly so many bytes, from lower-case digits: each has one way to be written.
pub(super) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    if text.len() != 2 * N {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = digit(*high)? * 16 + digit(*low)?;
    }
    Some(bytes)
}
