//! A run of replicas that hold parts, trust each other as far as they were granted, and hear each other over HTTP or NATS: the
//! client, the service and the link that ship, with a network and a server in between that fail. See [`super::grants`].

use super::broker::Broker;
use super::faulty::Draws;
use super::grants::{BRANCH, DESK, HUB, NAMES, READER, contracts_of, may_hold, peers_of};
use super::machine::Machine;
use super::run::Run;
use super::wire::{self, Damage, Wire};
use super::{COLLECTIONS, Faults, Kind, Verdict, Wrong, author};
use kedge_replica::checker::{Operation, What};
use kedge_replica::transport::http::{
    HttpError, HttpPeer, HttpSettings, Session, Surroundings, Written, router,
};
use kedge_replica::transport::nats::{Exchange, Packet, Standing};
use kedge_replica::wire::{RemoteRefusal, RemoteWrite};
use kedge_replica::{AuthorId, Change, Error, Expected, Planted, VersionVector};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// How they hear each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    Http,
    Nats,
}

/// A write on its way to the home: sent again, the same, until it is known what became of it.
struct Sent {
    write: RemoteWrite,
    key: String,
    what: What,
    start: u64,
}

pub(super) struct Link {
    /// It ends with the process.
    pub(super) start: u64,
    pub(super) exchange: Exchange,
    pub(super) standing: Standing,
}

pub(super) struct Peered {
    pub(super) run: Run,
    pub(super) over: Over,
    /// Whose writes each may come to hold, by collection.
    pub(super) may_hold: BTreeMap<&'static str, Vec<BTreeSet<AuthorId>>>,
    pub(super) broker: Broker,
    pub(super) links: Vec<Option<Link>>,
    /// Heads on their way to a replica.
    pub(super) heads: Vec<(usize, Packet)>,
    pub(super) inboxes: u64,
    session: Session,
    sent: Option<Sent>,
    /// What went wrong on the way.
    pub(super) damage: Damage,
    /// Faults have ended.
    pub(super) quiet: bool,
}

impl Peered {
    pub(super) async fn new(seed: u64, bug: Option<Planted>, over: Over) -> Self {
        let machines = (0..NAMES.len()).map(|number| {
            let mut machine = Machine::new(number, false);
            machine.contracts = contracts_of(number);
            machine
        });
        let mut run = Run::with(seed, bug, machines.collect()).await;
        let draws = Draws(run.draws.next());
        let session = Session::new(&surroundings(0, Arc::new(draws.into())));
        let may_hold = COLLECTIONS.iter().map(|collection| (*collection, may_hold(collection))).collect();
        let links = NAMES.iter().map(|_| None).collect();
        let mut peered = Self {
            run,
            over,
            may_hold,
            broker: Broker::default(),
            links,
            heads: Vec::new(),
            inboxes: 0,
            session,
            sent: None,
            damage: Damage::default(),
            quiet: false,
        };
        peered.subscribe();
        peered
    }

    /// The branch holds some owners' notes from now on.
    fn subscribe(&mut self) {
        let some = [vec![HUB], vec![HUB, DESK], vec![], vec![DESK, READER]];
        let which = self.run.draws.below(some.len() as u64 + 1) as usize;
        let owners = some.get(which).map(|owners| owners.iter().map(|owner| author(*owner)).collect());
        let machine = &mut self.run.machines[BRANCH];
        machine.notes_of.clone_from(&owners);
        if let Some(replica) = &mut machine.replica {
            replica.subscribe("notes", owners).unwrap();
        }
    }

    pub(super) fn runs(&mut self, number: usize) -> bool {
        let now = self.run.now;
        let machine = &mut self.run.machines[number];
        machine.replica.is_some() && !machine.is_busy(now)
    }

    pub(super) async fn step(&mut self) -> Verdict {
        self.run.now += self.run.draws.below(2_000);
        let number = self.run.draws.below(NAMES.len() as u64) as usize;
        let other = (number + 1 + self.run.draws.below(NAMES.len() as u64 - 1) as usize) % NAMES.len();
        let what = self.run.draws.below(40);
        if what >= 30 {
            self.happen(what, number, other).await?;
        } else if self.run.machines[number].replica.is_none() {
            let stopped = self.run.machines[number].disk.has_stopped();
            if stopped { self.run.crash(number).await? } else { self.run.start(number).await? }
        } else if self.runs(number) {
            match what {
                0..10 => self.write(number).await?,
                10 if number == HUB => self.run.read(HUB).await?,
                10..13 if number == DESK => self.write_at_home().await?,
                13 => self.tell_all(number, other).await?,
                _ if self.over == Over::Http => self.sync(number, other).await?,
                _ => self.hear(number, what).await?,
            }
        }
        self.holds_what_it_may()
    }

    async fn happen(&mut self, what: u64, number: usize, other: usize) -> Verdict {
        match what {
            34 if self.runs(number) => return self.compact(number).await,
            37 if self.run.draws.chance(3) => self.subscribe(),
            38 if self.over == Over::Nats && self.run.draws.chance(2) => {
                self.broker.fail(&mut self.run.draws);
                self.links.iter_mut().for_each(|link| *link = None);
            }
            39 if self.over == Over::Nats => return self.forge(),
            // Power cuts, clocks, cables, kills and disks, as everywhere.
            30..34 => return self.run.happen(what + 3, number, other).await,
            35 => return self.run.happen(40, number, other).await,
            36 => {
                let full_or_slow = 41 + self.run.draws.below(2);
                return self.run.happen(full_or_slow, number, other).await;
            }
            _ => {}
        }
        Ok(())
    }

    async fn write(&mut self, number: usize) -> Verdict {
        let draws = &mut self.run.draws;
        let (key, value) = (format!("k{}", draws.below(3)), draws.below(5).cast_signed());
        let change = Change::to("things", &key);
        let (collection, change) = match draws.below(10) {
            0 | 1 => ("notes", Change::to("notes", &key).set("text", value)),
            2 => ("notes", Change::to("notes", &key).delete()),
            3 => ("things", change.keep("kept", value)),
            4 => ("things", change.add("tags", value)),
            5 => ("things", change.remove("tags", value)),
            6 => ("things", change.set("last", value)),
            7 if draws.chance(4) => ("things", change.delete()),
            // Now and then something that travels in more parts than others.
            8 if draws.chance(4) => ("notes", Change::to("notes", &key).set("text", "⚓".repeat(400))),
            _ => ("things", change.count("sum", value)),
        };
        self.run.write_this(number, collection, change, None).await
    }

    /// Forgets single events: of its own only those that the hub has, since its own states are not believed.
    async fn compact(&mut self, number: usize) -> Verdict {
        let collection = COLLECTIONS[self.run.draws.below(3) as usize];
        let at_hub = self.run.machines[HUB].seen(collection).of(author(number));
        let all = self.run.draws.chance(2);
        let seen = self.run.machines[number].seen(collection);
        let upto = |(of, sequence): (AuthorId, u64)| {
            let upto = if all { sequence } else { self.run.draws.below(sequence + 1) };
            (of, if of == author(number) && number != HUB { upto.min(at_hub) } else { upto })
        };
        let through: VersionVector = seen.iter().map(upto).collect();
        if !self.run.remember(number).await {
            let stopped = self.run.machines[number].disk.has_stopped();
            return if stopped { self.run.crash(number).await } else { Ok(()) };
        }
        let machine = &mut self.run.machines[number];
        if machine.contracts.get(collection).is_none() {
            return Ok(());
        }
        let Some(replica) = &mut machine.replica else { return Ok(()) };
        match replica.compact(collection, &through).await {
            Ok(()) => drop(machine.wait_for_disk(self.run.now)),
            Err(error) => return self.run.fault(number, "compact", error).await,
        }
        Ok(())
    }

    /// One tells another all that the other may read, asked or not, as a peer can that does not care what it is believed about.
    async fn tell_all(&mut self, from: usize, to: usize) -> Verdict {
        let collection = COLLECTIONS[self.run.draws.below(3) as usize];
        if !self.runs(to) || self.run.cut.contains(&(from, to)) {
            return Ok(());
        }
        let (peers, now) = (peers_of(to), self.run.now);
        let tellers = peers_of(from);
        let (Some(peer), Some(to_whom)) = (peers.get(NAMES[from]), tellers.get(NAMES[to])) else {
            return Ok(());
        };
        let [teller, hearer] = self.run.machines.get_disjoint_mut([from, to]).unwrap();
        if [&*teller, &*hearer].iter().any(|machine| machine.contracts.get(collection).is_none()) {
            return Ok(());
        }
        let (said_at, heard_at) = (teller.time(now), hearer.time(now));
        let pull = hearer.replica.as_ref().unwrap().pull(collection).unwrap();
        let said = match teller.replica.as_mut().unwrap().answer_to(said_at, to_whom, &pull).await {
            Ok(said) => said,
            Err(Error::NotGranted(_)) => return Ok(()),
            Err(error) => return self.run.fault(from, "answer", error).await,
        };
        let before = hearer.seen(collection);
        let heard = hearer.replica.as_mut().unwrap().receive_from(heard_at, peer, &said).await;
        teller.wait_for_disk(now);
        hearer.wait_for_disk(now);
        let owners = hearer.notes_of.as_ref().filter(|_| collection == "notes");
        let new = hearer
            .seen(collection)
            .iter()
            .find(|(of, upto)| owners.is_some_and(|owners| !owners.contains(of)) && *upto > before.of(*of));
        if let Some((of, _)) = new {
            let what =
                format!("{collection}: the {} took in what {of} wrote, and does not want it", NAMES[to]);
            return Wrong::because(Kind::Forbidden, what);
        }
        match heard {
            Ok(report) => self.run.faults.held += report.held.len() as u64,
            Err(error) => return self.run.fault(to, "receive", error).await,
        }
        Ok(())
    }

    /// The HTTP client that ships asks the service that ships, on whatever machine that is.
    pub(super) async fn sync(&mut self, client: usize, server: usize) -> Verdict {
        let collection = COLLECTIONS[self.run.draws.below(3) as usize];
        let pulls = self.run.draws.chance(2);
        self.sync_one(client, server, collection, pulls).await
    }

    pub(super) async fn sync_one(
        &mut self,
        client: usize,
        server: usize,
        collection: &'static str,
        pulls: bool,
    ) -> Verdict {
        let holds = |number: usize| self.run.machines[number].contracts.get(collection).is_some();
        if !holds(client) || !holds(server) {
            return Ok(());
        }
        let ended = self
            .exchange(client, server, async |peer, replica| {
                let done = if pulls {
                    peer.pull(&replica, collection).await
                } else {
                    peer.push(&replica, collection).await
                };
                done.map(|progress| progress.held.len() as u64)
            })
            .await?;
        let Some(ended) = ended else { return Ok(()) };
        match ended {
            Ok(held) => self.run.faults.held += held,
            // Only what was not granted is.
            Err(HttpError::Refused { status: 403, why, .. }) => {
                let granted = peers_of(server);
                let granted = granted.get(NAMES[client]).map(|peer| peer.may_read(collection).clone());
                if !pulls || granted.is_some_and(|reads| reads != kedge_replica::Authors::None) {
                    return Wrong::because(Kind::Broken, format!("{collection}: {why}"));
                }
            }
            Err(HttpError::Replica(Error::NotGranted(_))) if !pulls => {}
            Err(error) => return self.went_wrong(client, server, error),
        }
        Ok(())
    }

    /// What an exchange ended with, unless there could be none.
    async fn exchange<T>(
        &mut self,
        client: usize,
        server: usize,
        talk: impl AsyncFnOnce(
            HttpPeer<wire::Shared>,
            kedge_replica::transport::http::Shared<super::kept::Kept>,
        ) -> Result<T, HttpError>,
    ) -> Result<Option<Result<T, HttpError>>, Wrong> {
        let (here, there) = (peers_of(client), peers_of(server));
        let cut = self.run.cut.contains(&(client, server));
        let Some(peer) = here.get(NAMES[server]).cloned() else { return Ok(None) };
        if cut || !self.runs(client) || !self.runs(server) {
            return Ok(None);
        }
        let draws = Arc::new(std::sync::Mutex::new(Draws(self.run.draws.next())));
        let now = self.run.now;
        let mut share = |number: usize| {
            let machine = &mut self.run.machines[number];
            let time = machine.time(now).get();
            let replica = machine.replica.take().unwrap();
            (Arc::new(tokio::sync::Mutex::new(replica)), surroundings(time, draws.clone()))
        };
        let ((asking, asked_at), (asked, heard_at)) = (share(client), share(server));
        let settings = HttpSettings {
            attempts: 4,
            first_pause: Duration::ZERO,
            longest_pause: Duration::ZERO,
            part: 150,
            ..HttpSettings::default()
        };
        let replica = asked.clone();
        let anew = move || router(replica.clone(), there.clone(), heard_at.clone(), settings);
        let wire = Arc::new(Wire::new(anew, draws, self.quiet));
        let carrier = wire::Shared(wire.clone());
        let url = format!("http://{}", NAMES[server]);
        let peer = HttpPeer::by(carrier, &url, NAMES[client], peer, asked_at, settings).unwrap();
        let ended = talk(peer, asking.clone()).await;
        let damage = wire.damage();
        drop(wire);
        self.damage.lost += damage.lost;
        self.damage.changed += damage.changed;
        self.damage.doubled += damage.doubled;
        for (number, shared) in [(client, asking), (server, asked)] {
            let machine = &mut self.run.machines[number];
            machine.replica = Some(Arc::into_inner(shared).unwrap().into_inner());
            machine.wait_for_disk(now);
        }
        // A service whose store has failed says so in its own words; what else there is to say of it is said here.
        for number in [client, server] {
            let disk = &self.run.machines[number].disk;
            if disk.has_stopped() {
                self.run.crash(number).await?;
            } else if disk.is_scarce() {
                self.run.faults.full += 1;
                disk.make_room();
                self.run.kill(number).await?;
            }
        }
        if damage.changed > 0 && matches!(ended, Err(HttpError::NotThem { .. })) {
            return Ok(None);
        }
        Ok(Some(ended))
    }

    fn went_wrong(&self, client: usize, server: usize, error: HttpError) -> Verdict {
        match error {
            HttpError::Unreachable { .. } | HttpError::NoAnswer { .. } if !self.quiet => Ok(()),
            // The disk of one of them: it was looked at.
            HttpError::Replica(Error::Store(_) | Error::Reopen) => Ok(()),
            error => {
                let what = format!("{} and {}: {error}", NAMES[client], NAMES[server]);
                Wrong::because(Kind::Broken, what)
            }
        }
    }

    /// A client at the desk takes or gives up a name at its home, and asks again until it knows.
    pub(super) async fn write_at_home(&mut self) -> Verdict {
        let sent = if let Some(sent) = self.sent.take() {
            sent
        } else {
            let (key, value) = (format!("k{}", self.run.draws.below(3)), self.run.draws.below(50));
            let name = format!("desk-{value}");
            let (change, what) = if self.run.draws.chance(3) {
                (Change::to("names", &key).delete(), What::Write { value: Value::Null })
            } else {
                let take = Change::to("names", &key).expecting(Expected::Absent);
                let what = What::Cas { from: Value::Null, value: json!(name), ok: true };
                (take.set("account", name.as_str()), what)
            };
            let write = self.session.next(&change).unwrap();
            Sent { write, key, what, start: self.run.now }
        };
        self.run.machines[HUB].about_to_write("names");
        let write = sent.write.clone();
        let ended = self.exchange(DESK, HUB, async |peer, _| peer.write(&write).await).await?;
        let now = self.run.now;
        let (what, applied) = match (ended, sent.what.clone()) {
            (Some(Ok(Written::Now(_) | Written::Earlier)), what) => (what, true),
            (Some(Err(HttpError::Write(RemoteRefusal::Changed { .. }))), What::Cas { from, value, .. }) => {
                (What::Cas { from, value, ok: false }, false)
            }
            // It may have happened, and may not.
            (None | Some(Err(HttpError::NotKnown { .. } | HttpError::HomeUnreachable { .. })), _) => {
                self.sent = Some(sent);
                return Ok(());
            }
            // Deleting what is not there.
            (Some(Err(HttpError::Write(RemoteRefusal::Other(_)))), What::Write { .. }) => return Ok(()),
            (Some(Err(error)), _) => {
                self.sent = Some(sent);
                return self.went_wrong(DESK, HUB, error);
            }
        };
        if applied && self.run.machines[HUB].replica.is_some() {
            self.run.machines[HUB].acknowledge(now, "names");
        }
        let end = Some(now.cast_signed() + 1);
        self.client(sent.key, what, sent.start, end);
        Ok(())
    }

    /// What went wrong that may.
    pub(super) fn faults(&self) -> Faults {
        let Damage { lost, changed, doubled } = self.damage;
        Faults { lost, changed, doubled, ..self.run.faults }
    }

    fn client(&mut self, key: String, what: What, start: u64, end: Option<i64>) {
        let (process, collection) = ("desk".to_owned(), "names".to_owned());
        let start = start.cast_signed();
        self.run.clients.push(Operation { process, collection, key, what, start, end });
    }

    /// What was never known to have happened may have.
    pub(super) fn give_up(&mut self) {
        if let Some(Sent { key, what, start, .. }) = self.sent.take() {
            self.client(key, what, start, None);
        }
    }

    /// Nobody holds anything that it may not, nor says to.
    pub(super) fn holds_what_it_may(&self) -> Verdict {
        for (collection, may_hold) in &self.may_hold {
            for (machine, may) in self.run.machines.iter().zip(may_hold) {
                let seen = machine.seen(collection);
                if let Some((of, upto)) = seen.iter().find(|(of, _)| !may.contains(of)) {
                    let name = NAMES[machine.number];
                    let what =
                        format!("{collection}: the {name} has {upto} events of {of}, which it may not");
                    return Wrong::because(Kind::Forbidden, what);
                }
            }
        }
        for number in 0..NAMES.len() {
            self.run.clock_is_bounded(number)?;
        }
        Ok(())
    }
}

pub(super) fn surroundings(now: u64, draws: Arc<std::sync::Mutex<Draws>>) -> Surroundings {
    Surroundings::new(
        move || kedge_replica::Millis::new(now),
        move |bytes| {
            let mut draws = draws.lock().unwrap();
            bytes.fill_with(|| draws.next() as u8);
        },
    )
}
