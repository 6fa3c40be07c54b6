//! What every transport seals with: HMAC-SHA256 (RFC 2104) under the secret that two peers share.

use crate::peers::Secret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The seal on a head, which says what the body is and for whom, and the body. HMAC takes keys of any length, so that there
/// always is one.
pub(super) fn seal(secret: &Secret, head: &str, body: &[u8]) -> String {
    mac(secret, head, body).map(|mac| hex(&mac.finalize().into_bytes())).unwrap_or_default()
}

/// Whether that is its seal. Takes the same time wherever they differ.
pub(super) fn is_sealed(secret: &Secret, head: &str, body: &[u8], seal: &str) -> bool {
    match (mac(secret, head, body), unhex::<32>(seal)) {
        (Some(mac), Some(seal)) => mac.verify_slice(&seal).is_ok(),
        _ => false,
    }
}

fn mac(secret: &Secret, head: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.bytes()).ok()?;
    mac.update(head.as_bytes());
    mac.update(body);
    Some(mac)
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
