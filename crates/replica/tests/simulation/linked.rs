//! Hearing each other over NATS: what a link decides is the code that ships, what a server does is [`super::broker`].

use super::broker::as_heard;
use super::grants::{NAMES, peers_of};
use super::peered::{Link, Peered};
use super::{COLLECTIONS, Kind, Verdict, Wrong, author};
use kedge_replica::transport::nats::{Acknowledgement, Exchange, NatsPeers, Packet, Parts, Standing};
use kedge_replica::{AuthorId, Name};

/// Part of an answer, in bytes.
const PART: usize = 150;

fn name(collection: &str) -> Name {
    Name::new(collection).unwrap()
}

impl Peered {
    fn is_cut_off(&self, number: usize) -> bool {
        // Who does not hear the next one does not hear the server.
        !self.quiet && self.run.cut.contains(&(number, (number + 1) % NAMES.len()))
    }

    fn chance(&mut self, one_in: u64) -> bool {
        !self.quiet && self.run.draws.chance(one_in)
    }

    fn collections_of(&self, number: usize) -> Vec<&'static str> {
        let contracts = &self.run.machines[number].contracts;
        COLLECTIONS.into_iter().filter(|collection| contracts.get(collection).is_some()).collect()
    }

    /// One thing that a link does.
    pub(super) async fn hear(&mut self, number: usize, what: u64) -> Verdict {
        if self.is_cut_off(number) {
            self.links[number] = None;
            return Ok(());
        }
        self.open(number);
        match what {
            0..17 => self.publish(number).await,
            17..22 => self.take(number).await,
            22..25 => {
                self.beat(number);
                Ok(())
            }
            _ => self.listen().await,
        }
    }

    /// As `NatsLink::open` does, unless it is open.
    pub(super) fn open(&mut self, number: usize) {
        let start = self.run.machines[number].starts;
        if self.links[number].as_ref().is_some_and(|link| link.start == start) {
            return;
        }
        let among = NatsPeers { me: name(NAMES[number]), peers: peers_of(number) };
        let exchange = Exchange::new(author(number), "replica", Some(among));
        let mut standing = Standing::default();
        for collection in self.collections_of(number) {
            let subject = exchange.subject("events", collection, &author(number).to_string());
            let last = self.broker.last(collection, &subject);
            let heard = last.as_ref().map(as_heard);
            let upto = exchange.resume(&mut standing, &name(collection), heard.as_ref());
            if upto > self.run.machines[number].seen(collection).of(author(number)) {
                self.broker.forget(collection, number);
            }
        }
        self.links[number] = Some(Link { start, exchange, standing });
    }

    pub(super) async fn publish(&mut self, number: usize) -> Verdict {
        for collection in self.collections_of(number) {
            loop {
                let now = self.run.now;
                let Some(Link { exchange, standing, .. }) = &mut self.links[number] else { return Ok(()) };
                let Some(replica) = &mut self.run.machines[number].replica else { return Ok(()) };
                let new = match exchange.unpublished(replica, standing, &name(collection), 3).await {
                    Ok(new) => new,
                    Err(error) => return self.run.fault(number, "read its events", error).await,
                };
                let Some(last) = new.last().map(|event| event.sequence) else { break };
                let packets: Vec<Packet> = new
                    .iter()
                    .map(|event| exchange.event(replica.core(), &name(collection), event))
                    .collect();
                for packet in packets {
                    self.broker.publish(now, collection, packet)?;
                    if self.chance(12) {
                        // Its word is lost, and with it the connection: what is not known to be there is published again.
                        self.links[number] = None;
                        return Ok(());
                    }
                }
                if let Some(Link { exchange, standing, .. }) = &mut self.links[number] {
                    exchange.published(standing, &name(collection), last);
                }
            }
        }
        Ok(())
    }

    pub(super) async fn take(&mut self, number: usize) -> Verdict {
        for collection in self.collections_of(number) {
            let (now, most) = (self.run.now, 1 + self.run.draws.below(6) as usize);
            let mut brought = self.broker.bring(now, collection, number, most);
            if brought.len() > 1 && self.chance(4) {
                let last = brought.len() - 1;
                brought.swap(0, last);
            }
            let heard: Vec<_> = brought.iter().map(|stored| as_heard(&stored.packet)).collect();
            let Some(Link { exchange, standing, .. }) = &mut self.links[number] else { return Ok(()) };
            let machine = &mut self.run.machines[number];
            let time = machine.time(now);
            let Some(replica) = &mut machine.replica else { return Ok(()) };
            let taken = match exchange.take(replica, time, standing, &heard).await {
                Ok(taken) => taken,
                Err(error) => {
                    self.links[number] = None;
                    return self.run.fault(number, "take what a stream brought", error).await;
                }
            };
            machine.wait_for_disk(now);
            for (stored, word) in brought.iter().zip(taken.acknowledgements) {
                self.run.faults.held += u64::from(word == Acknowledgement::Again);
                if !self.chance(10) {
                    self.broker.told(now, collection, number, stored.number, word);
                }
            }
        }
        Ok(())
    }

    pub(super) fn beat(&mut self, number: usize) {
        let now = self.run.now;
        for collection in self.collections_of(number) {
            let machine = &mut self.run.machines[number];
            let time = machine.time(now);
            let (Some(link), Some(replica)) = (&self.links[number], &machine.replica) else { return };
            let head = link.exchange.head(replica.core(), time, &name(collection)).unwrap();
            for to in (0..NAMES.len()).filter(|to| *to != number) {
                if !self.chance(4) {
                    self.heads.push((to, head.clone()));
                }
            }
        }
        while self.heads.len() > 60 {
            let lost = self.run.draws.below(self.heads.len() as u64) as usize;
            self.heads.swap_remove(lost);
        }
        if let Some(link) = &mut self.links[number] {
            link.exchange.beat(&mut link.standing);
        }
    }

    /// Some heads arrive; who lacks something asks.
    pub(super) async fn listen(&mut self) -> Verdict {
        for _ in 0..6 {
            if self.heads.is_empty() {
                return Ok(());
            }
            let which = self.run.draws.below(self.heads.len() as u64) as usize;
            let (to, head) = self.heads.swap_remove(which);
            self.hear_head(to, &head).await?;
        }
        Ok(())
    }

    pub(super) async fn hear_head(&mut self, to: usize, head: &Packet) -> Verdict {
        if !self.runs(to) || self.is_cut_off(to) {
            return Ok(());
        }
        let Some(Link { exchange, standing, .. }) = &mut self.links[to] else { return Ok(()) };
        let machine = &mut self.run.machines[to];
        let time = machine.time(self.run.now);
        let replica = machine.replica.as_mut().unwrap();
        let due = match exchange.hear_head(replica, time, standing, &as_heard(head)).await {
            Ok(due) => due,
            Err(error) => return self.run.fault(to, "hear a head", error).await,
        };
        machine.wait_for_disk(self.run.now);
        match due {
            Some((collection, of)) => self.ask(to, &collection, of).await,
            None => Ok(()),
        }
    }

    /// As `NatsLink::ask` does.
    async fn ask(&mut self, to: usize, collection: &Name, of: AuthorId) -> Verdict {
        let from = (0..NAMES.len()).find(|number| author(*number) == of).unwrap();
        loop {
            self.inboxes += 1;
            let inbox = format!("_INBOX.{}", self.inboxes);
            if !self.runs(to) {
                return Ok(());
            }
            let Some(link) = &mut self.links[to] else { return Ok(()) };
            let replica = self.run.machines[to].replica.as_ref().unwrap();
            let question = link.exchange.question(replica, collection, of, &inbox).unwrap();
            let Some(answer) = self.answered(from, of, to, &question).await? else {
                if let Some(link) = &mut self.links[to] {
                    link.exchange.in_vain(&mut link.standing, collection, of);
                }
                return Ok(());
            };
            let Some(Link { exchange, standing, .. }) = &mut self.links[to] else { return Ok(()) };
            let machine = &mut self.run.machines[to];
            let time = machine.time(self.run.now);
            let Some(replica) = &mut machine.replica else { return Ok(()) };
            match exchange.take_answer(replica, time, standing, of, answer).await {
                Ok((_, true)) => drop(machine.wait_for_disk(self.run.now)),
                Ok((_, false)) => {
                    machine.wait_for_disk(self.run.now);
                    return Ok(());
                }
                Err(error) => {
                    self.links[to] = None;
                    return self.run.fault(to, "take an answer", error).await;
                }
            }
        }
    }

    /// The answer to a question, if it comes.
    async fn answered(
        &mut self,
        from: usize,
        of: AuthorId,
        to: usize,
        question: &Packet,
    ) -> Result<Option<kedge_replica::wire::Message>, Wrong> {
        if !self.runs(from) || self.links[from].is_none() || self.is_cut_off(from) || self.chance(10) {
            return Ok(None);
        }
        let machine = &mut self.run.machines[from];
        let time = machine.time(self.run.now);
        let replica = machine.replica.as_mut().unwrap();
        let link = self.links[from].as_ref().unwrap();
        let packets = match link.exchange.answer(replica, time, &as_heard(question), PART).await {
            Ok(packets) => packets,
            Err(error) => {
                self.links[from] = None;
                return self.run.fault(from, "answer", error).await.map(|()| None);
            }
        };
        machine.wait_for_disk(self.run.now);
        let mut parts = Parts::default();
        let lost = self.chance(8).then(|| self.run.draws.below(packets.len() as u64) as usize);
        let Some(link) = &self.links[to] else { return Ok(None) };
        for (number, packet) in packets.iter().enumerate() {
            if Some(number) == lost {
                continue;
            }
            match link.exchange.gather(&mut parts, of, &as_heard(packet)) {
                Some(Ok(message)) => return Ok(Some(message)),
                Some(Err(why)) if lost.is_none() && !why.contains("may not read") => {
                    let what = format!("{} does not read the answer of {}: {why}", NAMES[to], NAMES[from]);
                    return Err(Wrong { kind: Kind::Broken, what });
                }
                Some(Err(_)) => return Ok(None),
                None => {}
            }
        }
        Ok(None)
    }

    /// Somebody who can publish, and knows no secret, says again what was said, of something else or with another payload.
    pub(super) fn forge(&mut self) -> Verdict {
        let collection = COLLECTIONS[self.run.draws.below(3) as usize];
        let Some(mut packet) = self.broker.any(&mut self.run.draws, collection) else { return Ok(()) };
        packet.headers.retain(|(name, _)| *name != "Nats-Msg-Id");
        match self.run.draws.below(4) {
            0 => {}
            1 => {
                let other = author(self.run.draws.below(NAMES.len() as u64) as usize);
                packet.subject = format!("replica.events.{collection}.{other}");
            }
            2 => packet.headers.clear(),
            _ => {
                // A sound event of somebody, under the seal of another.
                let Some(other) = self.broker.any(&mut self.run.draws, collection) else { return Ok(()) };
                packet.payload = other.payload;
            }
        }
        self.broker.publish(self.run.now, collection, packet)
    }
}
