//! Who may deliver what: every other replica is known by name and secret, and is believed as far as it was granted.
//!
//! Events carry their author's name and no proof of it. So a replica that takes in what a peer sends believes three things
//! apart: that the peer is who it says it is (its secret, which a transport proves without sending it), that it may write as
//! the authors that it says it is, and what it says of *others*, which it merely passes on. All three are granted here, per
//! collection; what is not granted is refused, and loses nothing, since it can still come from who may bring it.
//!
//! Signatures of authors on their events would not do instead: after compaction a state is sent, which is the work of all
//! and can be signed by nobody but who sends it.

use crate::{AuthorId, Name, NotAName};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// What two peers share and nobody else knows: at least 16 bytes, drawn at random.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

/// Too few bytes for a secret, or not hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a secret is at least 16 random bytes, written as 32 or more hexadecimal digits: `openssl rand -hex 32` draws one"
)]
pub struct NotASecret;

impl Secret {
    /// The secret with these bytes.
    ///
    /// # Errors
    /// There are fewer than 16.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, NotASecret> {
        let bytes = bytes.into();
        if bytes.len() < 16 { Err(NotASecret) } else { Ok(Self(bytes)) }
    }

    /// Its bytes, for the transport that proves that it is known.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for Secret {
    type Err = NotASecret;

    fn from_str(text: &str) -> Result<Self, NotASecret> {
        let digit = |digit: u8| char::from(digit).to_digit(16).ok_or(NotASecret);
        let pair = |pair: &[u8]| match pair {
            [high, low] => Ok((digit(*high)? * 16 + digit(*low)?) as u8),
            _ => Err(NotASecret),
        };
        Self::new(text.as_bytes().chunks(2).map(pair).collect::<Result<Vec<u8>, _>>()?)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(not shown)")
    }
}

/// Some authors, or all there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Authors {
    /// Nobody.
    #[default]
    None,
    /// These.
    These(BTreeSet<AuthorId>),
    /// All, those among them who are not known yet.
    All,
}

impl Authors {
    /// Whether this author is one of them.
    pub fn has(&self, author: AuthorId) -> bool {
        match self {
            Self::None => false,
            Self::These(these) => these.contains(&author),
            Self::All => true,
        }
    }
}

impl FromIterator<AuthorId> for Authors {
    fn from_iter<I: IntoIterator<Item = AuthorId>>(authors: I) -> Self {
        Self::These(authors.into_iter().collect())
    }
}

/// What a peer may do with one collection. At first nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    reads: Authors,
    writes: bool,
    relays: Authors,
}

impl Grant {
    /// It may have the records of these owners; of a merged or serial collection all or none, since they are the work of all.
    #[must_use]
    pub fn reads(mut self, owners: Authors) -> Self {
        self.reads = owners;
        self
    }

    /// It may write, as the authors that it is; of a serial collection it may send writes to the home.
    #[must_use]
    pub fn writes(mut self) -> Self {
        self.writes = true;
        self
    }

    /// What it passes on of these authors is believed as if they had said it themselves: their events, the states that they
    /// went into, how fresh copies are, who is home.
    #[must_use]
    pub fn relays(mut self, authors: Authors) -> Self {
        self.relays = authors;
        self
    }

    /// Everything: for a peer that is as trusted as this replica itself.
    pub fn everything() -> Self {
        Self { reads: Authors::All, writes: true, relays: Authors::All }
    }
}

/// Another replica, as this one knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    name: Name,
    secret: Secret,
    authors: BTreeSet<AuthorId>,
    grants: BTreeMap<Name, Grant>,
}

impl Peer {
    /// A peer that may do nothing yet.
    ///
    /// # Errors
    /// The name is none.
    pub fn new(name: &str, secret: Secret) -> Result<Self, NotAName> {
        Ok(Self { name: Name::new(name)?, secret, authors: BTreeSet::new(), grants: BTreeMap::new() })
    }

    /// It is this author.
    #[must_use]
    pub fn is(mut self, author: AuthorId) -> Self {
        self.authors.insert(author);
        self
    }

    /// What it may do with a collection, in the place of what it could.
    ///
    /// # Errors
    /// The collection's name is none.
    pub fn may(mut self, collection: &str, grant: Grant) -> Result<Self, NotAName> {
        self.grants.insert(Name::new(collection)?, grant);
        Ok(self)
    }

    /// Its name.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// What it and this replica know.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The authors that it is.
    pub fn authors(&self) -> &BTreeSet<AuthorId> {
        &self.authors
    }

    /// The owners whose records it may have.
    pub fn may_read(&self, collection: &str) -> &Authors {
        self.grants.get(collection).map_or(&Authors::None, |grant| &grant.reads)
    }

    /// Whether it may write.
    pub fn may_write(&self, collection: &str) -> bool {
        self.grants.get(collection).is_some_and(|grant| grant.writes)
    }

    /// Whether it is believed about what this author did.
    pub fn is_believed(&self, collection: &str, author: AuthorId) -> bool {
        self.grants
            .get(collection)
            .is_some_and(|grant| grant.relays.has(author) || (grant.writes && self.authors.contains(&author)))
    }

    /// The authors whom it is believed about.
    pub fn believed(&self, collection: &str) -> Authors {
        let Some(grant) = self.grants.get(collection) else { return Authors::None };
        let own = grant.writes.then_some(&self.authors).into_iter().flatten();
        match &grant.relays {
            Authors::All => Authors::All,
            Authors::None => own.copied().collect(),
            Authors::These(these) => own.chain(these).copied().collect(),
        }
    }
}

/// All peers of a replica, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peers(BTreeMap<Name, Peer>);

/// Two peers have one name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("two peers are called `{0}`: give one of them another name")]
pub struct TwoPeers(Name);

impl Peers {
    /// These peers.
    ///
    /// # Errors
    /// Two have one name.
    pub fn new(peers: impl IntoIterator<Item = Peer>) -> Result<Self, TwoPeers> {
        let mut all = BTreeMap::new();
        for peer in peers {
            if let Some(first) = all.insert(peer.name.clone(), peer) {
                return Err(TwoPeers(first.name));
            }
        }
        Ok(Self(all))
    }

    /// The peer of this name.
    pub fn get(&self, name: &str) -> Option<&Peer> {
        self.0.get(name)
    }

    /// All, by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Peer> {
        self.0.values()
    }
}

/// What a peer asked for and was not granted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotGranted {
    /// To have a collection.
    #[error("peer `{peer}` may not read collection `{collection}` here: grant it `reads`, if it should")]
    Read {
        /// The peer.
        peer: Name,
        /// The collection.
        collection: Name,
    },
    /// To have some owners' records of what is the work of all.
    #[error(
        "peer `{peer}` may read some owners only of collection `{collection}`, whose records are the work of all: grant it \
         all of it, or none"
    )]
    ReadInParts {
        /// The peer.
        peer: Name,
        /// The collection.
        collection: Name,
    },
    /// To write a collection.
    #[error("peer `{peer}` may not write collection `{collection}` here: grant it `writes`, if it should")]
    Write {
        /// The peer.
        peer: Name,
        /// The collection.
        collection: Name,
    },
    /// To be believed about an author.
    #[error(
        "peer `{peer}` is not believed about what {author} wrote in collection `{collection}`: it comes from {author} itself, \
         or from a peer that is granted to relay it"
    )]
    Relay {
        /// The peer.
        peer: Name,
        /// The collection.
        collection: Name,
        /// The author.
        author: AuthorId,
    },
    /// To be believed about a whole state.
    #[error(
        "peer `{peer}` sent the state of collection `{collection}`, which {author} went into, about whom it is not believed: \
         grant it `relays`, or have it keep its own events until they have come here one by one"
    )]
    State {
        /// The peer.
        peer: Name,
        /// The collection.
        collection: Name,
        /// An author whom it is not believed about.
        author: AuthorId,
    },
}
