//! Messages of NATS as values, and the seals on them.

use crate::core::Core;
use crate::peers::{Peer, Peers};
use crate::transport::seal::{is_sealed, seal};
use crate::wire::Pull;
use crate::{AuthorId, Name, VersionVector};

/// Which part of an answer this is, and of how many: `2/3`.
pub(super) const PART: &str = "Replica-Part";
/// Why there is no answer.
pub(super) const FAILED: &str = "Replica-Error";
/// Who sent it: its name among the peers.
const FROM: &str = "Replica-From";
/// A seal for one peer, `NAME/DIGITS`; as many as there are peers that it is for.
const SEAL: &str = "Replica-Seal";

/// A message as it is to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Under which subject.
    pub subject: String,
    /// Where an answer goes, if one is wanted.
    pub reply: Option<String>,
    /// Its headers; a name may stand more than once.
    pub headers: Vec<(&'static str, String)>,
    /// What it carries.
    pub payload: Vec<u8>,
}

/// A message as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard<'a> {
    /// Under which subject.
    pub subject: &'a str,
    /// Where an answer goes, if one is wanted.
    pub reply: Option<&'a str>,
    /// Its headers; a name may stand more than once.
    pub headers: Vec<(&'a str, &'a str)>,
    /// What it carries.
    pub payload: &'a [u8],
}

impl<'a> Heard<'a> {
    pub(super) fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
    }
}

/// Who is believed on a server where not everybody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NatsPeers {
    /// What this replica is called among them: all others know it by this name.
    pub me: Name,
    /// All others.
    pub peers: Peers,
}

/// Who sent a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sender<'a> {
    /// Whoever may publish under its subject: that is for the server to say.
    Anybody,
    /// This replica, earlier.
    Me,
    /// This peer.
    Peer(&'a Peer),
}

impl NatsPeers {
    /// What a seal covers beside the payload. No line can hold the end of a line. Where an answer goes is drawn anew for each
    /// question, so that an old answer is none to a new one.
    fn head(from: &str, to: &str, subject: &str, reply: &str, part: &str) -> String {
        format!("kedge replica nats 1\n{from}\n{to}\n{subject}\n{reply}\n{part}\n")
    }

    /// Seals a message for these peers.
    pub(super) fn seal<'a>(&self, packet: &mut Packet, to: impl Iterator<Item = &'a Peer>) {
        let me = self.me.as_str();
        let part = packet.headers.iter().find(|(name, _)| *name == PART);
        let part = part.map(|(_, part)| part.as_str()).unwrap_or_default();
        let one = |peer: &Peer| {
            let (name, reply) = (peer.name(), packet.reply.as_deref().unwrap_or_default());
            let head = Self::head(me, name.as_str(), &packet.subject, reply, part);
            (SEAL, format!("{name}/{}", seal(peer.secret(), &head, &packet.payload)))
        };
        let seals: Vec<_> = to.map(one).collect();
        packet.headers.push((FROM, me.to_owned()));
        packet.headers.extend(seals);
    }

    /// Who sealed a message, if it was sealed for this replica. `reply` is where its answer goes, if that was sealed with it: a
    /// server says there where it is to be told that an event is stored.
    pub(super) fn sender(&self, heard: &Heard<'_>, reply: &str) -> Result<Sender<'_>, String> {
        let from = heard.header(FROM).ok_or("it is not sealed: all who publish here must be peers")?;
        let me = self.me.as_str();
        let fits = |to: &str, peer: &Peer| {
            let part = heard.header(PART).unwrap_or_default();
            let covered = Self::head(from, to, heard.subject, reply, part);
            let mut seals = heard.headers.iter().filter(|(name, _)| *name == SEAL);
            seals.any(|(_, value)| {
                value.split_once('/').is_some_and(|(of, seal)| {
                    of == to && is_sealed(peer.secret(), &covered, heard.payload, seal)
                })
            })
        };
        if from == me {
            let mine = self.peers.iter().any(|peer| fits(peer.name().as_str(), peer));
            return if mine { Ok(Sender::Me) } else { Err("it says to be from here, and is not".to_owned()) };
        }
        let peer = self.peers.get(from).ok_or("its sender is no peer of this replica")?;
        if fits(me, peer) {
            Ok(Sender::Peer(peer))
        } else {
            Err(format!("it is not sealed for this replica with the secret shared with peer `{from}`"))
        }
    }

    /// The peers that may have what `author` writes in a collection; `None` is whatever there is in it.
    pub(super) fn readers<'a>(
        &'a self,
        core: &'a Core,
        collection: &'a Name,
        author: Option<AuthorId>,
    ) -> impl Iterator<Item = &'a Peer> {
        self.peers.iter().filter(move |peer| {
            let only = author.map(|author| [author].into());
            let pull = Pull { collection: collection.clone(), seen: VersionVector::new(), most: 0, only };
            core.may_have(peer, pull)
                .is_ok_and(|granted| author.is_none() || granted.only.is_none_or(|only| !only.is_empty()))
        })
    }

    /// The peer that is this author.
    pub(super) fn who_is(&self, author: AuthorId) -> Option<&Peer> {
        self.peers.iter().find(|peer| peer.authors().contains(&author))
    }
}
