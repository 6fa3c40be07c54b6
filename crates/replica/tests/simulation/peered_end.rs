//! What must hold of replicas that hold parts once faults have ended: each has all that it may hold and wants, whole, and
//! nothing else; nothing that was acknowledged is lost; the names had one order.

use super::grants::{HUB, NAMES};
use super::meaning::{in_order, merged};
use super::peered::{Over, Peered};
use super::{COLLECTIONS, Kind, Verdict, Wrong, author};
use kedge_replica::AuthorId;
use std::collections::BTreeMap;

impl Peered {
    /// Whether a replica holds, or comes to hold, what that author writes.
    fn wants(&self, number: usize, collection: &str, of: AuthorId) -> bool {
        let machine = &self.run.machines[number];
        let wanted =
            collection != "notes" || machine.notes_of.as_ref().is_none_or(|owners| owners.contains(&of));
        self.may_hold[collection][number].contains(&of) && (of == author(number) || wanted)
    }

    pub(super) async fn settle(&mut self) -> Verdict {
        self.quiet = true;
        self.run.cut.clear();
        self.run.now += 8_000_000;
        for number in 0..NAMES.len() {
            let machine = &mut self.run.machines[number];
            machine.skew = 0;
            machine.disk.make_room();
            machine.disk.slow_down(0, 0);
            self.run.crash(number).await?;
        }
        self.write_at_home().await?;
        self.give_up();
        for _ in 0..60 {
            self.run.now += 1_000;
            match self.over {
                Over::Http => {
                    for (client, server) in
                        (0..NAMES.len()).flat_map(|one| (0..one).map(move |two| (one, two)))
                    {
                        for collection in COLLECTIONS {
                            self.sync_one(client, server, collection, true).await?;
                            self.sync_one(client, server, collection, false).await?;
                        }
                    }
                }
                Over::Nats => self.round().await?,
            }
            self.holds_what_it_may()?;
            if self.has_come().is_ok() {
                break;
            }
        }
        self.has_come()
    }

    /// What all links do in a heartbeat.
    async fn round(&mut self) -> Verdict {
        for number in 0..NAMES.len() {
            self.open(number);
            self.publish(number).await?;
            self.beat(number);
        }
        self.run.now += 40_000;
        for number in 0..NAMES.len() {
            for _ in 0..4 {
                self.take(number).await?;
            }
        }
        // In no order: who hears first from one that has nothing for it hears from another a little later.
        while !self.heads.is_empty() {
            self.listen().await?;
        }
        Ok(())
    }

    /// Each has heard all that it wants and may.
    fn has_come(&self) -> Verdict {
        for (collection, dot) in self.run.history.keys() {
            for (number, name) in NAMES.iter().enumerate() {
                let seen = self.run.machines[number].seen(collection);
                if self.wants(number, collection, dot.author) && !seen.covers(*dot) {
                    let what = format!("{collection}: the {name} does not come to have {dot}");
                    return Wrong::because(Kind::Apart, what);
                }
            }
        }
        Ok(())
    }

    pub(super) async fn check(&mut self) -> Verdict {
        let broken = |error: kedge_replica::Error| Wrong { kind: Kind::Broken, what: error.to_string() };
        for (number, name) in NAMES.iter().enumerate() {
            if !self.run.remember(number).await {
                return Wrong::because(Kind::Broken, format!("the events of the {name} are not read"));
            }
        }
        self.has_come()?;
        for collection in COLLECTIONS {
            let mut states = Vec::new();
            for machine in &mut self.run.machines {
                let held = machine.contracts.get(collection).is_some();
                let replica = machine.replica.as_mut().unwrap();
                states.push(if held {
                    replica.list_all(collection).await.map_err(broken)?
                } else {
                    BTreeMap::default()
                });
            }
            for (number, state) in states.iter().enumerate() {
                let seen = self.run.machines[number].seen(collection);
                for (address, record) in state {
                    let known = |((of, dot), _): &(&(&str, kedge_replica::Dot), _)| {
                        *of == collection
                            && seen.covers(*dot)
                            && address.owner.is_none_or(|owner| owner == dot.author)
                    };
                    let events: Vec<_> =
                        self.run.history.iter().filter(known).map(|(_, written)| written).collect();
                    let key = address.key.as_str();
                    let right = match collection {
                        "things" => merged(key, record, &events),
                        "notes" => in_order("text", key, record, &events),
                        _ => in_order("account", key, record, &events),
                    };
                    right.or_else(|what| {
                        Wrong::because(
                            Kind::Undefined,
                            format!("{collection}, the {}: {what}", NAMES[number]),
                        )
                    })?;
                }
                // What is held of an owner is what the hub holds; of what is the work of all, all.
                let whole = self.run.machines[HUB].seen(collection);
                for (address, record) in &states[HUB] {
                    let same = match address.owner {
                        Some(owner) => seen.of(owner) == whole.of(owner),
                        None => seen == whole,
                    };
                    if same && state.get(address) != Some(record) {
                        let what = format!(
                            "{collection}: the {} and the hub have heard the same of {} and differ",
                            NAMES[number], address.key
                        );
                        return Wrong::because(Kind::Differ, what);
                    }
                }
            }
        }
        self.run.serial_is_one_order()?;
        self.run.clients_saw_one_order()
    }
}
