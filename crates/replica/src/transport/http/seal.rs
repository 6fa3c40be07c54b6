//! The seal on every request and answer: HMAC-SHA256 over all that it says, under the secret that two peers share.
//!
//! An answer is sealed with what the request drew, so that an old answer cannot be passed off as one to it. An old request
//! that is sent again does nothing that it has not done already: every request is idempotent.

use super::parts::Part;
use crate::peers::Secret;
use crate::transport::seal;
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
    fn head(&self) -> String {
        let kind = self.status.map_or_else(|| "request".to_owned(), |status| format!("answer {status}"));
        let part = self.part.map(|part| part.to_string()).unwrap_or_default();
        // No line can hold the end of a line, so that no two things said have the same bytes.
        let Self { verb, peer, nonce, .. } = self;
        format!("kedge replica 1\n{kind}\n{verb}\n{peer}\n{nonce}\n{part}\n")
    }

    /// The seal, as its header holds it.
    pub(super) fn seal(&self, secret: &Secret) -> String {
        seal::seal(secret, &self.head(), self.body)
    }

    /// Whether that is its seal.
    pub(super) fn is_sealed(&self, secret: &Secret, seal: &str) -> bool {
        seal::is_sealed(secret, &self.head(), self.body, seal)
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
