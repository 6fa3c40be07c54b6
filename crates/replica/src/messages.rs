//! The outbox and the inbox: messages that are stored with the change that sends them, and acted on once.
//!
//! A message goes into the outbox in the transaction of its change, so that neither is there without the other. It is
//! delivered at least once, and those of one topic and key one after the other. Who takes it in acts on it and remembers
//! it in one transaction, so that a second delivery does nothing. What is remembered may be forgotten once the sender says
//! that it will not send it again (Lee et al., *Implementing linearizability at large scale and low latency*, SOSP 2015,
//! section 3, does the same for calls).

use crate::{AuthorId, Millis};
use std::collections::{BTreeMap, BTreeSet};

/// A message that an application asks to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What it is about: where it goes is the application's to say.
    pub topic: String,
    /// Messages of one topic and key are delivered one after the other.
    pub key: String,
    /// What it says.
    pub body: Vec<u8>,
}

/// A message in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The sender: with the number the message's name, everywhere.
    pub source: AuthorId,
    /// Counts the sender's messages, from 1.
    pub number: u64,
    /// What it says, about what, and in which order.
    pub draft: Draft,
    /// When it was written.
    pub written_at: Millis,
}

/// A message that is to be delivered now: everything before it under its topic and key has been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The message.
    pub message: Outgoing,
    /// All of the sender's messages up to this number are settled: they are never sent again.
    pub settled: u64,
    /// How often its delivery has failed so far.
    pub attempts: u32,
}

/// A message that was set aside: it failed too often. Those behind it under its topic and key wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// The message.
    pub message: Outgoing,
    /// How often its delivery failed.
    pub attempts: u32,
    /// Why the last time.
    pub reason: String,
}

/// What happens to the outbox and inbox in one step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mail {
    /// Messages that are put into the outbox.
    pub sent: Vec<Outgoing>,
    /// Messages that were delivered, with when.
    pub delivered: BTreeMap<u64, Millis>,
    /// Messages whose delivery failed, with why; and whether each is set aside now.
    pub failed: BTreeMap<u64, Failure>,
    /// Messages that were set aside and are to be tried again.
    pub retried: BTreeSet<u64>,
    /// Messages of others that were acted on.
    pub acted: BTreeSet<(AuthorId, u64)>,
    /// Up to where others never send again.
    pub settled: BTreeMap<AuthorId, u64>,
    /// Delivered messages from before this are no longer kept.
    pub forgotten: Option<Millis>,
}

/// A delivery that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Why, in the receiver's words.
    pub reason: String,
    /// Whether the message is set aside.
    pub set_aside: bool,
}
