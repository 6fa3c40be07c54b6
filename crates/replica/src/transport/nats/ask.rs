//! What the stream does not bring: asked of one replica, which answers in parts that the server takes.

use super::{NatsError, NatsLink, Noticed};
use crate::replica::{Error, Replica};
use crate::store::Store;
use crate::wire::Message;
use crate::{AuthorId, Millis, Name};
use async_nats::{HeaderMap, StatusCode};
use futures_util::StreamExt as _;
use std::convert::Infallible;
use tokio::sync::Mutex;

/// Which part of an answer this is, and of how many: `2/3`.
const PART: &str = "Replica-Part";

/// Why there is no answer.
const FAILED: &str = "Replica-Error";

impl NatsLink {
    /// Asks one replica for what this one lacks, until it has no more.
    pub(super) async fn ask<S: Store>(
        &self,
        replica: &Mutex<Replica<S>>,
        now: &impl Fn() -> Millis,
        collection: &Name,
        of: AuthorId,
        notice: &mut impl FnMut(Noticed),
    ) -> Result<(), NatsError> {
        loop {
            let question = replica.lock().await.pull(collection.as_str())?;
            let collection = collection.clone();
            let answer = match self.request(&collection, of, question).await? {
                Ok(answer) => answer,
                Err(why) => {
                    notice(Noticed::NoAnswer { collection, of, why });
                    return Ok(());
                }
            };
            let state = matches!(answer, Message::Snapshot(_));
            let report = replica.lock().await.take_in(now(), answer).await?;
            notice(Noticed::Asked { collection: collection.clone(), of, events: report.taken, state });
            if !report.held.is_empty() {
                notice(Noticed::Held { collection, events: report.held });
            }
            if !report.more || report.taken == 0 {
                return Ok(());
            }
        }
    }

    /// The answer to a question, or why there is none.
    async fn request(
        &self,
        collection: &Name,
        of: AuthorId,
        question: Vec<u8>,
    ) -> Result<Result<Message, String>, NatsError> {
        let inbox = self.client.new_inbox();
        let parts = self.client.subscribe(inbox.clone()).await;
        let mut parts = parts.map_err(NatsError::when("listening to an answer"))?;
        let subject = self.subject("pull", collection.as_str(), &of.to_string());
        let asked = self.client.publish_with_reply(subject, inbox, question.into()).await;
        asked.map_err(NatsError::when("asking"))?;
        let mut bytes = Vec::new();
        let mut expected = 1;
        loop {
            let Ok(Some(part)) = tokio::time::timeout(self.options.patience, parts.next()).await else {
                return Ok(Err(format!("nothing came for {:?}", self.options.patience)));
            };
            if part.status == Some(StatusCode::NO_RESPONDERS) {
                return Ok(Err("it is not there".to_owned()));
            }
            let header = |name| part.headers.as_ref()?.get(name).map(async_nats::HeaderValue::as_str);
            if let Some(why) = header(FAILED) {
                return Ok(Err(why.to_owned()));
            }
            let place = header(PART).and_then(|place| place.split_once('/'));
            let place =
                place.and_then(|(number, of)| Some((number.parse::<u64>().ok()?, of.parse::<u64>().ok()?)));
            let Some((number, all)) = place.filter(|(number, _)| *number == expected) else {
                return Ok(Err("a part of the answer is missing".to_owned()));
            };
            bytes.extend_from_slice(&part.payload);
            expected += 1;
            if number == all {
                return Ok(Message::decode(&bytes).map_err(|error| error.to_string()));
            }
        }
    }

    /// Answers those who ask this replica.
    pub(super) async fn answer_all<S: Store>(
        &self,
        replica: &Mutex<Replica<S>>,
        now: &impl Fn() -> Millis,
    ) -> Result<Infallible, NatsError> {
        let asked = self.client.subscribe(self.subject("pull", "*", &self.author.to_string())).await;
        let mut asked = asked.map_err(NatsError::when("listening to questions"))?;
        while let Some(question) = asked.next().await {
            let Some(reply) = question.reply else { continue };
            let answer = replica.lock().await.answer(now(), &question.payload).await;
            let parts: Vec<(&str, String, Vec<u8>)> = match answer {
                Ok(bytes) => {
                    let parts: Vec<_> = bytes.chunks(self.most().max(1)).collect();
                    let all = parts.len();
                    let part = |(number, part): (usize, &[u8])| {
                        (PART, format!("{}/{all}", number + 1), part.to_vec())
                    };
                    parts.into_iter().enumerate().map(part).collect()
                }
                Err(error @ (Error::Store(_) | Error::Reopen)) => return Err(error.into()),
                Err(error) => vec![(FAILED, error.to_string().replace(['\r', '\n'], " "), Vec::new())],
            };
            for (header, value, body) in parts {
                let mut headers = HeaderMap::new();
                headers.insert(header, value.as_str());
                let sent = self.client.publish_with_headers(reply.clone(), headers, body.into()).await;
                sent.map_err(NatsError::when("answering"))?;
            }
        }
        Err(NatsError::Nats { doing: "listening to questions", why: "the connection is closed".to_owned() })
    }
}
