//! The commonest moment of a trial by far: a plain item ends, plain items and outcomes wait for it, among others for those,
//! and nothing else happens.
//!
//! It does what [`Simulator::end`] and [`Simulator::dispatch`] do, without what such a moment cannot need, and with as few
//! branches that depend on the draw as can be: a wrong guess of the processor costs as much as all else that an end takes.
//! Wherever more is to be looked at, it stops before that and leaves it to them.

// Both sides of such an "and" are at hand: a branch between them would only be guessed wrong.
#![allow(clippy::needless_bitwise_bool)]

use super::agenda::Agenda;
use super::{Cause, ItemState, OutcomeState, Simulator, Status, TeamState};
use crate::program::{Follows, List, NONE, Program};
use std::hint::select_unpredictable as select;

impl Simulator<'_> {
    /// Lets plain items end, one moment after the other, as long as that is all that happens. Returns whether it stopped
    /// at a moment where a team takes a closer look at what is next, which is marked; else what is next on the agenda does.
    #[inline(never)]
    pub(super) fn pass_plain_ends(&mut self) -> bool {
        let mut plain = Plain {
            program: self.program,
            slots: &self.program.slots,
            items: &mut self.items,
            teams: &mut self.teams,
            outcomes: &mut self.outcomes,
            ready: &mut self.ready,
            spent: &mut self.spent,
            counted: &self.counted,
            blocked: &self.blocked,
            agenda: &mut self.agenda,
            dirty: &mut self.dirty,
            now: self.now,
            first_order: self.first_order,
            orders: self.orders,
            opened: self.orders,
        };
        let mut ended = 0;
        while plain.dirty.is_empty() && plain.end_next() {
            ended += 1;
        }
        (self.now, self.first_order, self.orders) = (plain.now, plain.first_order, plain.orders);
        if ended > 0 {
            self.completions += ended;
            self.last_end = self.now;
        }
        !self.dirty.is_empty()
    }
}

/// What a plain end reads and changes of a trial, each within reach.
struct Plain<'a> {
    program: &'a Program,
    slots: &'a [u32],
    items: &'a mut [ItemState],
    teams: &'a mut [TeamState],
    outcomes: &'a mut [OutcomeState],
    ready: &'a mut [u64],
    spent: &'a mut [f64],
    counted: &'a [f64],
    blocked: &'a [u32],
    agenda: &'a mut Agenda,
    dirty: &'a mut Vec<u32>,
    now: f64,
    first_order: u32,
    orders: u32,
    /// Those that the end at hand opens have this order or a later one.
    opened: u32,
}

impl Plain<'_> {
    /// The next moment, if it is such a one.
    #[inline(always)]
    fn end_next(&mut self) -> bool {
        let Some((at, number)) = self.agenda.lone_end(self.items) else { return false };
        if self.agenda.is_fresh() {
            self.look_ahead();
        }
        let item = &mut self.items[number as usize];
        if !item.kind.is_among_plain() || item.status != Status::RUNNING {
            return false;
        }
        let more = item.kind.has_more();
        if more && goes_live(self.program.list(item.follows), self.outcomes) {
            return false;
        }
        item.status = Status::DONE;
        self.agenda.pass(at);
        if at > self.now {
            self.now = at;
            self.first_order = self.orders;
        }
        self.opened = self.orders;
        let (next, follows, team) = (item.next, item.follows, item.team);
        let people = &mut self.teams[team as usize];
        people.free += i64::from(item.crew);
        people.freed_by = number;
        let elsewhere = self.release(next[0], number, team) | self.release(next[1], number, team);
        if more {
            self.release_more(follows, number, team);
        } else if elsewhere > 0 {
            self.mark_others(&next, team);
        }
        self.let_take_up(team);
        true
    }

    /// Looks at what the ends in the bucket at hand will need, all at once: fetching it end by end is what a trial would wait
    /// for most.
    #[inline(never)]
    fn look_ahead(&mut self) {
        let mut seen = 0;
        for number in self.agenda.at_hand() {
            let Some(item) = self.items.get(number as usize) else { continue };
            for next in item.next {
                seen ^= self.items[next as usize].order;
            }
            let word = self.teams[item.team as usize].word as usize;
            let Some(waiting) = self.ready.get(word) else { continue };
            let first = self.slots[word * 64 + waiting.trailing_zeros() as usize % 64];
            seen ^= self.items.get(first as usize).map_or(0, |item| item.order);
        }
        std::hint::black_box(seen);
    }

    /// An item that waits no longer for the one that ended. Returns what is not zero where it opens in another team.
    #[inline(always)]
    fn release(&mut self, next: u32, ended: u32, team: u32) -> u32 {
        let item = &mut self.items[next as usize];
        item.pending = item.pending.wrapping_sub(1);
        let opens = (item.pending == 0) & (item.status == Status::WAITING);
        item.order = select(opens, self.orders, item.order);
        item.cause = select(opens, Cause::item(ended), item.cause);
        item.status.open(opens);
        self.orders += u32::from(opens);
        self.ready[item.slot as usize / 64] |= u64::from(opens) << (item.slot % 64);
        select(opens, item.team ^ team, 0)
    }

    /// What follows after the first two items.
    #[inline(never)]
    fn release_more(&mut self, follows: List, ended: u32, team: u32) {
        let follows = self.program.list(follows);
        for (place, &code) in follows.iter().enumerate() {
            match Follows::of(code) {
                Follows::Item(_) if place < 2 => {}
                Follows::Item(item) => {
                    self.release(item, ended, team);
                }
                Follows::Outcome(outcome) => self.outcomes[outcome as usize].pending -= 1,
                Follows::Landing(_) => {}
            }
        }
        self.mark_others(follows, team);
    }

    /// Marks other teams for which an item opened at this moment, in the order in which they opened.
    #[inline(never)]
    fn mark_others(&mut self, follows: &[u32], team: u32) {
        for &code in follows {
            let Follows::Item(next) = Follows::of(code) else { continue };
            let item = &self.items[next as usize];
            if item.status == Status::READY && item.order >= self.opened && item.team != team {
                let team = item.team;
                if !std::mem::replace(&mut self.teams[team as usize].dirty, true) {
                    self.dirty.push(team);
                }
            }
        }
    }

    /// The teams take up what is ready: first those that are marked, the last of them first, then this one. From the first
    /// on that has to take a closer look, they are left marked.
    #[inline(always)]
    fn let_take_up(&mut self, team: u32) {
        if !self.dirty.is_empty() && !self.others_take_up() || !self.takes_up(team) {
            self.teams[team as usize].dirty = true;
            self.dirty.insert(0, team);
        }
    }

    #[inline(never)]
    fn others_take_up(&mut self) -> bool {
        while let Some(&team) = self.dirty.last() {
            if !self.takes_up(team) {
                return false;
            }
            self.teams[team as usize].dirty = false;
            self.dirty.pop();
        }
        true
    }

    /// Lets a team take up what is ready; returns whether that took no closer look.
    #[inline(always)]
    fn takes_up(&mut self, team: u32) -> bool {
        let people = &mut self.teams[team as usize];
        let (mut at, end) = (people.word as usize, (people.word + people.words) as usize);
        while at < end {
            let waiting = self.ready[at];
            if waiting == 0 {
                at += 1;
                continue;
            }
            if people.free <= 0 {
                return true;
            }
            let number = self.slots[at * 64 + waiting.trailing_zeros() as usize];
            let item = &mut self.items[number as usize];
            if i64::from(item.crew) > people.free {
                return true;
            }
            let plan = item.plan as usize;
            if !item.kind.is_plain() || people.closes || people.pace <= 0.0 || self.blocked[plan] > 0 {
                return false;
            }
            let length = item.days / (f64::from(item.crew) * people.pace);
            let ends = if item.days > 0.0 { self.now + length } else { self.now };
            if ends > self.counted[plan] {
                return false;
            }
            self.ready[at] = waiting & (waiting - 1);
            people.free -= i64::from(item.crew);
            let waited = (item.order < self.first_order) & (people.freed_by != NONE);
            item.cause = select(waited, Cause::item(people.freed_by), item.cause);
            item.status = Status::RUNNING;
            item.ends = ends;
            self.spent[plan] += item.days;
            self.agenda.push_end(self.items, number);
        }
        true
    }
}

/// Whether an outcome goes live where one of those that it waits for ends.
#[inline(never)]
fn goes_live(follows: &[u32], outcomes: &[OutcomeState]) -> bool {
    follows.iter().any(|&code| match Follows::of(code) {
        Follows::Outcome(outcome) => outcomes[outcome as usize].pending <= 1,
        Follows::Item(_) | Follows::Landing(_) => false,
    })
}
