//! Events on their way into the stream, and out of it.

use super::{Acknowledgement, NatsError, NatsLink, Noticed, Packet, Standing, header_map, heard};
use crate::replica::Replica;
use crate::store::Store;
use crate::{Millis, Name};
use async_nats::jetstream::consumer::pull::MessagesError;
use async_nats::jetstream::{self, AckKind};
use std::time::Duration;
use tokio::sync::Mutex;

/// At most so many events are on their way to the server without its word.
const UNDER_WAY: usize = 256;

/// What is held back is sent again after so long.
const AGAIN: Duration = Duration::from_secs(1);

impl NatsLink {
    /// Publishes what this replica has written since, as far as single events are still kept.
    pub(super) async fn publish<S: Store>(
        &self,
        replica: &Mutex<Replica<S>>,
        collection: &Name,
        standing: &mut Standing,
        notice: &mut impl FnMut(Noticed),
    ) -> Result<(), NatsError> {
        let mut events = 0;
        loop {
            let packets: Vec<_> = {
                let mut replica = replica.lock().await;
                if replica.core().author() != self.author {
                    return Err(NatsError::Renamed);
                }
                let new = self.exchange.unpublished(&mut replica, standing, collection, UNDER_WAY).await?;
                let packet = |event| self.exchange.event(replica.core(), collection, event);
                new.iter().map(|event| (event.dot(), packet(event))).collect()
            };
            let Some(last) = packets.last().map(|(dot, _)| dot.sequence) else { break };
            let mut words = Vec::new();
            for (event, Packet { subject, headers, payload, .. }) in packets {
                if payload.len() > self.most() {
                    notice(Noticed::TooLarge { collection: collection.clone(), event });
                    continue;
                }
                let headers = header_map(headers);
                let sent = self.jetstream.publish_with_headers(subject, headers, payload.into()).await;
                words.push(sent.map_err(NatsError::when("publishing"))?);
            }
            for word in words {
                word.await.map_err(NatsError::when("publishing"))?;
                events += 1;
            }
            self.exchange.published(standing, collection, last);
        }
        if events > 0 {
            notice(Noticed::Published { collection: collection.clone(), events });
        }
        Ok(())
    }

    /// How large a message may be: its headers take up to a kibibyte, and a seal for each peer.
    pub(super) fn most(&self) -> usize {
        let peers = self.options.peers.as_ref().map_or(0, |peers| peers.peers.iter().len());
        self.client.server_info().max_payload.saturating_sub(1024 + 160 * peers)
    }

    /// Takes in what the streams brought, and acknowledges what is stored.
    pub(super) async fn take<S: Store>(
        &self,
        replica: &Mutex<Replica<S>>,
        now: &impl Fn() -> Millis,
        messages: Vec<Result<jetstream::Message, MessagesError>>,
        standing: &mut Standing,
        notice: &mut impl FnMut(Noticed),
    ) -> Result<(), NatsError> {
        let messages: Result<Vec<_>, _> = messages.into_iter().collect();
        let messages = messages.map_err(NatsError::when("reading a stream"))?;
        let brought: Vec<_> = messages.iter().map(|message| heard(&message.message)).collect();
        let taken = {
            let mut replica = replica.lock().await;
            self.exchange.take(&mut replica, now(), standing, &brought).await?
        };
        for (message, acknowledgement) in messages.iter().zip(taken.acknowledgements) {
            let kind = match acknowledgement {
                Acknowledgement::Done => AckKind::Ack,
                Acknowledgement::Again => AckKind::Nak(Some(AGAIN)),
                Acknowledgement::Refused => AckKind::Term,
            };
            message.ack_with(kind).await.map_err(NatsError::of("acknowledging"))?;
        }
        taken.noticed.into_iter().for_each(notice);
        Ok(())
    }
}
