//! The outbox and inbox.

use super::{Argument, Columns as _, Ready, Session, stored, text};
use crate::AuthorId;
use crate::messages::{Delivery, Mail, SetAside};
use crate::store::StoreError;

/// What happens to the outbox and inbox.
pub(super) fn post(ready: &mut Vec<Ready>, mail: &Mail) -> Result<(), StoreError> {
    for message in &mail.sent {
        let insert = "INSERT INTO outbox (number, source, topic, key, body, written_at, attempts) \
                      VALUES ($1, $2, $3, $4, $5, $6, 0)";
        let new = vec![
            stored(message.number)?.into(),
            message.source.into(),
            text(&message.draft.topic),
            text(&message.draft.key),
            message.draft.body.clone().into(),
            stored(message.written_at.get())?.into(),
        ];
        ready.push((insert, new));
    }
    if let Some(last) = mail.sent.last() {
        ready.push(("UPDATE replica SET sent = $1", vec![stored(last.number)?.into()]));
    }
    for (number, at) in &mail.delivered {
        let update = "UPDATE outbox SET delivered_at = $1 WHERE number = $2";
        ready.push((update, vec![stored(at.get())?.into(), stored(*number)?.into()]));
    }
    for (number, failure) in &mail.failed {
        let update = "UPDATE outbox SET attempts = attempts + 1, reason = $1 WHERE number = $2";
        let reason = Argument::Text(failure.set_aside.then(|| failure.reason.as_str().into()));
        ready.push((update, vec![reason, stored(*number)?.into()]));
    }
    for number in &mail.retried {
        let update = "UPDATE outbox SET attempts = 0, reason = NULL WHERE number = $1";
        ready.push((update, vec![stored(*number)?.into()]));
    }
    for (source, number) in &mail.acted {
        let insert = "INSERT INTO inbox (source, number) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        ready.push((insert, vec![(*source).into(), stored(*number)?.into()]));
    }
    for (source, settled) in &mail.settled {
        let settled = stored(*settled)?;
        let upsert = "INSERT INTO inbox_settled (source, settled) VALUES ($1, $2) \
                      ON CONFLICT (source) DO UPDATE SET settled = excluded.settled \
                      WHERE excluded.settled > inbox_settled.settled";
        ready.push((upsert, vec![(*source).into(), settled.into()]));
        let delete = "DELETE FROM inbox WHERE source = $1 AND number <= $2";
        ready.push((delete, vec![(*source).into(), settled.into()]));
    }
    if let Some(before) = mail.forgotten {
        let delete = "DELETE FROM outbox WHERE delivered_at < $1";
        ready.push((delete, vec![stored(before.get())?.into()]));
    }
    Ok(())
}

pub(in crate::store) async fn due<S: Session>(
    session: &mut S,
    most: usize,
) -> Result<Vec<Delivery>, StoreError> {
    let settled = "SELECT coalesce((SELECT min(number) - 1 FROM outbox WHERE delivered_at IS NULL), sent) AS settled \
                   FROM replica";
    let settled = session.rows(settled, Vec::new()).await?;
    let settled = settled.first().map_or(Ok(0), |row| row.number("settled"))?;
    let due = "SELECT source, number, topic, key, body, written_at, attempts FROM outbox AS mine \
               WHERE delivered_at IS NULL AND reason IS NULL AND NOT EXISTS (SELECT 1 FROM outbox AS earlier \
                 WHERE earlier.delivered_at IS NULL AND earlier.topic = mine.topic AND earlier.key = mine.key \
                 AND earlier.number < mine.number) \
               ORDER BY number LIMIT $1";
    let rows = session.rows(due, vec![stored(most as u64)?.into()]).await?;
    let delivery =
        |row: &S::Row| Ok(Delivery { message: row.outgoing()?, settled, attempts: row.attempts()? });
    rows.iter().map(delivery).collect()
}

pub(in crate::store) async fn set_aside<S: Session>(session: &mut S) -> Result<Vec<SetAside>, StoreError> {
    let aside = "SELECT source, number, topic, key, body, written_at, attempts, reason FROM outbox \
                 WHERE delivered_at IS NULL AND reason IS NOT NULL ORDER BY number";
    let rows = session.rows(aside, Vec::new()).await?;
    let one = |row: &S::Row| {
        let reason = row.text("reason")?.to_owned();
        Ok(SetAside { message: row.outgoing()?, attempts: row.attempts()?, reason })
    };
    rows.iter().map(one).collect()
}

pub(in crate::store) async fn acted<S: Session>(
    session: &mut S,
    source: AuthorId,
    number: u64,
) -> Result<bool, StoreError> {
    let acted = "SELECT (SELECT count(*) FROM inbox WHERE source = $1 AND number = $2) \
                 + (SELECT count(*) FROM inbox_settled WHERE source = $1 AND settled >= $2) AS acted";
    let rows = session.rows(acted, vec![source.into(), stored(number)?.into()]).await?;
    Ok(rows.first().map_or(Ok(0), |row| row.number("acted"))? > 0)
}
