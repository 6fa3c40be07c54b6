//! What must hold once faults have ended and everybody has heard everything: all are one, nothing that was acknowledged is
//! lost, every record is what the definitions of its merges say of the whole history, clients of the serial collection saw
//! one order, and each message was acted on once.

use super::meaning::{in_order, merged};
use super::run::Run;
use super::{COLLECTIONS, Kind, REPLICAS, Verdict, Wrong};
use kedge_replica::checker::{Check, History, check};
use kedge_replica::{Action, Event};
use std::collections::BTreeSet;

impl Run {
    /// Faults end, time passes, everybody hears everything: then all must be one.
    pub(super) async fn settle(&mut self) -> Verdict {
        self.cut.clear();
        self.letters.clear();
        self.now += 8_000_000;
        for number in 0..REPLICAS {
            let machine = &mut self.machines[number];
            machine.skew = 0;
            machine.disk.make_room();
            machine.disk.slow_down(0, 0);
            self.crash(number).await?;
        }
        for _ in 0..10_000 {
            let mut delivered = 0;
            for number in 0..REPLICAS {
                delivered += self.post(number).await?;
            }
            if delivered == 0 {
                break;
            }
        }
        for _ in 0..60 {
            for to in 0..REPLICAS {
                for from in 0..REPLICAS {
                    if from == to {
                        continue;
                    }
                    for collection in COLLECTIONS {
                        self.ask(to, from, collection);
                        // The question, then its answer.
                        while let Some(letter) = self.letters.pop() {
                            self.arrive(letter).await?;
                        }
                    }
                }
            }
            if self.agree().is_ok() {
                break;
            }
        }
        self.agree()
    }

    fn agree(&self) -> Verdict {
        for collection in COLLECTIONS {
            for number in 1..REPLICAS {
                if self.machines[number].seen(collection) != self.machines[0].seen(collection) {
                    let what =
                        format!("{collection}: replicas 0 and {number} do not come to have heard the same");
                    return Wrong::because(Kind::Apart, what);
                }
            }
        }
        Ok(())
    }

    pub(super) async fn check(&mut self) -> Verdict {
        let broken = |error: kedge_replica::Error| Wrong { kind: Kind::Broken, what: error.to_string() };
        for number in 0..REPLICAS {
            if !self.remember(number).await {
                return Wrong::because(Kind::Broken, format!("the events of replica {number} are not read"));
            }
        }
        for collection in COLLECTIONS {
            let mut states = Vec::new();
            for machine in &mut self.machines {
                states.push(machine.replica.as_mut().unwrap().list_all(collection).await.map_err(broken)?);
            }
            for number in 1..REPLICAS {
                if states[number] != states[0] {
                    let what =
                        format!("{collection}: replicas 0 and {number} have heard the same and differ");
                    return Wrong::because(Kind::Differ, what);
                }
            }
            let seen = self.machines[0].seen(collection);
            let lost = self.history.keys().find(|(of, dot)| *of == collection && !seen.covers(*dot));
            if let Some((_, dot)) = lost {
                return Wrong::because(Kind::Lost, format!("{collection}: event {dot} is lost"));
            }
            for (address, record) in &states[0] {
                let events: Vec<_> = self
                    .history
                    .iter()
                    .filter(|((of, dot), _)| {
                        *of == collection && address.owner.is_none_or(|owner| owner == dot.author)
                    })
                    .map(|(_, written)| written)
                    .collect();
                let key = address.key.as_str();
                let right = match collection {
                    "things" => merged(key, record, &events),
                    "notes" => in_order("text", key, record, &events),
                    _ => in_order("account", key, record, &events),
                };
                right.or_else(|what| Wrong::because(Kind::Undefined, format!("{collection}: {what}")))?;
            }
        }
        self.serial_is_one_order()?;
        self.clients_saw_one_order()?;
        self.messages_are_acted_on_once().await
    }

    /// In the order of the events, a name was only ever taken while it was free.
    pub(super) fn serial_is_one_order(&self) -> Verdict {
        let mut events: Vec<&Event> =
            self.history.iter().filter(|((of, _), _)| *of == "names").map(|(_, (event, _))| event).collect();
        events.sort_by_key(|event| event.stamp());
        let mut taken = BTreeSet::new();
        for event in events {
            for edit in event.edits() {
                let free = match edit.action {
                    Action::Delete => {
                        taken.remove(&edit.key);
                        true
                    }
                    _ => taken.insert(edit.key.clone()),
                };
                if !free {
                    let what = format!("name {} was taken twice, again by {}", edit.key, event.dot());
                    return Wrong::because(Kind::Order, what);
                }
            }
        }
        Ok(())
    }

    /// What clients were told of the names, on whatever machine was their home then, one order explains.
    pub(super) fn clients_saw_one_order(&mut self) -> Verdict {
        match check(&History::new(std::mem::take(&mut self.clients)), &[Check::Linearizability]).first() {
            Some(violation) => Wrong::because(Kind::Order, violation.to_string()),
            None => Ok(()),
        }
    }

    /// The orders that arrived are as many as those that were written with their changes.
    async fn messages_are_acted_on_once(&mut self) -> Verdict {
        let broken = |error: kedge_replica::Error| Wrong { kind: Kind::Broken, what: error.to_string() };
        let mut sent = 0;
        for machine in &mut self.machines {
            let replica = machine.replica.as_mut().unwrap();
            let left = replica.due(100).await.map_err(broken)?;
            if !left.is_empty() {
                return Wrong::because(
                    Kind::Messages,
                    format!("{} messages are never delivered", left.len()),
                );
            }
            sent += i128::from(replica.sent());
        }
        let replica = self.machines[0].replica.as_mut().unwrap();
        let record = replica.read("things", "orders").await.map_err(broken)?;
        let acted = record.map_or(0, |record| record.count("sum"));
        if acted == sent {
            return Ok(());
        }
        Wrong::because(Kind::Messages, format!("{sent} messages, acted on {acted} times"))
    }
}
