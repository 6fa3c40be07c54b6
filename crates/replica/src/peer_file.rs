//! Peers in a file: names, secrets and what each is granted.

use crate::peers::{Authors, Grant, NotASecret, Peer, Peers, Secret};
use crate::{AuthorId, NotAName, NotAnAuthor};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Why a file of peers is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeerFileError {
    /// It is not TOML, or has other keys than peers have; says where.
    #[error("{0}")]
    Syntax(String),
    /// Something of one peer is wrong.
    #[error("peer `{peer}`: {why}")]
    Peer {
        /// The peer.
        peer: String,
        /// What is wrong, and what would be right.
        why: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    peer: BTreeMap<String, Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    secret: String,
    #[serde(default)]
    authors: Vec<String>,
    #[serde(default)]
    collection: BTreeMap<String, WrittenGrant>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenGrant {
    #[serde(default)]
    reads: Option<Whom>,
    #[serde(default)]
    writes: bool,
    #[serde(default)]
    relays: Option<Whom>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Whom {
    Word(String),
    These(Vec<String>),
}

impl Peers {
    /// Reads peers from the text of a file. It holds secrets: nobody else may read that file.
    ///
    /// # Errors
    /// It is not such a file, or something in it is wrong. The message never shows a secret.
    pub fn from_toml(text: &str) -> Result<Self, PeerFileError> {
        let file: File = toml::from_str(text).map_err(|error| PeerFileError::Syntax(place(&error, text)))?;
        let mut peers = Vec::new();
        for (name, written) in file.peer {
            let wrong = |why: String| PeerFileError::Peer { peer: name.clone(), why };
            peers.push(peer(&name, &written).map_err(wrong)?);
        }
        Self::new(peers).map_err(|error| PeerFileError::Syntax(error.to_string()))
    }
}

/// Where and why, without the line itself: it may be that of a secret.
fn place(error: &toml::de::Error, text: &str) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    format!("line {}: {}", before.matches('\n').count() + 1, error.message())
}

fn peer(name: &str, written: &Written) -> Result<Peer, String> {
    let secret: Secret = written.secret.parse().map_err(|error: NotASecret| error.to_string())?;
    let mut peer = Peer::new(name, secret).map_err(|error: NotAName| error.to_string())?;
    for author in &written.authors {
        peer = peer.is(author.parse().map_err(|error: NotAnAuthor| error.to_string())?);
    }
    for (collection, grant) in &written.collection {
        let mut granted = Grant::default().reads(authors(grant.reads.as_ref())?);
        granted = granted.relays(authors(grant.relays.as_ref())?);
        if grant.writes {
            granted = granted.writes();
        }
        peer = peer.may(collection, granted).map_err(|error| error.to_string())?;
    }
    Ok(peer)
}

fn authors(whom: Option<&Whom>) -> Result<Authors, String> {
    let author = |text: &String| text.parse::<AuthorId>().map_err(|error| error.to_string());
    match whom {
        None => Ok(Authors::None),
        Some(Whom::Word(word)) if word == "all" => Ok(Authors::All),
        Some(Whom::Word(word)) => Err(format!(
            "`{word}` is nobody: write \"all\", or a list of authors, 32 hexadecimal digits each"
        )),
        Some(Whom::These(these)) => these.iter().map(author).collect(),
    }
}
