//! What the stream does not bring: asked of one replica, which answers in parts that the server takes.

use super::{NatsError, NatsLink, Noticed, Packet, Parts, Standing, heard};
use crate::replica::Replica;
use crate::store::Store;
use crate::wire::Message;
use crate::{AuthorId, Millis, Name};
use async_nats::StatusCode;
use futures_util::StreamExt as _;
use std::convert::Infallible;
use tokio::sync::Mutex;

impl NatsLink {
    /// Asks one replica for what this one lacks, until it has no more.
    pub(super) async fn ask<S: Store>(
        &self,
        replica: &Mutex<Replica<S>>,
        now: &impl Fn() -> Millis,
        standing: &mut Standing,
        collection: &Name,
        of: AuthorId,
        notice: &mut impl FnMut(Noticed),
    ) -> Result<(), NatsError> {
        loop {
            let inbox = self.client.new_inbox();
            let question = self.exchange.question(&*replica.lock().await, collection, of, &inbox)?;
            let answer = match self.request(of, inbox, question).await? {
                Ok(answer) => answer,
                Err(why) => {
                    self.exchange.in_vain(standing, collection, of);
                    notice(Noticed::NoAnswer { collection: collection.clone(), of, why });
                    return Ok(());
                }
            };
            let (noticed, more) = {
                let mut replica = replica.lock().await;
                self.exchange.take_answer(&mut replica, now(), standing, of, answer).await?
            };
            noticed.into_iter().for_each(&mut *notice);
            if !more {
                return Ok(());
            }
        }
    }

    /// The answer to a question, or why there is none.
    async fn request(
        &self,
        of: AuthorId,
        inbox: String,
        question: Packet,
    ) -> Result<Result<Message, String>, NatsError> {
        let come = self.client.subscribe(inbox).await;
        let mut come = come.map_err(NatsError::when("listening to an answer"))?;
        self.say(question).await.map_err(NatsError::when("asking"))?;
        let mut parts = Parts::default();
        loop {
            let Ok(Some(part)) = tokio::time::timeout(self.options.patience, come.next()).await else {
                return Ok(Err(format!("nothing came for {:?}", self.options.patience)));
            };
            if part.status == Some(StatusCode::NO_RESPONDERS) {
                return Ok(Err("it is not there".to_owned()));
            }
            if let Some(answer) = self.exchange.gather(&mut parts, of, &heard(&part)) {
                return Ok(answer);
            }
        }
    }

    /// Answers those who ask this replica.
    pub(super) async fn answer_all<S: Store>(
        &self,
        replica: &Mutex<Replica<S>>,
        now: &impl Fn() -> Millis,
    ) -> Result<Infallible, NatsError> {
        let subject = self.exchange.subject("pull", "*", &self.author.to_string());
        let asked = self.client.subscribe(subject).await;
        let mut asked = asked.map_err(NatsError::when("listening to questions"))?;
        while let Some(question) = asked.next().await {
            let parts = {
                let mut replica = replica.lock().await;
                self.exchange.answer(&mut replica, now(), &heard(&question), self.most()).await?
            };
            for part in parts {
                self.say(part).await.map_err(NatsError::when("answering"))?;
            }
        }
        Err(NatsError::Nats { doing: "listening to questions", why: "the connection is closed".to_owned() })
    }
}
