//! The reference organisation: teams with one queue each, plans that are directed graphs of items, some items served
//! by another team.

use serde::Serialize;

/// The spread of all durations: the standard deviation of the logarithm.
pub const SIGMA: f64 = 0.6;

/// An organisation that every simulator can run; `simpy_queues.py` reads it as JSON.
#[derive(Serialize)]
pub struct Reference {
    pub teams: usize,
    /// Servers of each team's queue.
    pub people: usize,
    pub sigma: f64,
    /// How many plans there are; plan p is team (p mod teams)'s.
    pub plans: usize,
    /// In the order in which every team serves them: the first one ready goes first, and is never interrupted.
    pub items: Vec<Item>,
}

#[derive(Serialize)]
pub struct Item {
    pub plan: usize,
    /// The team that serves it.
    pub team: usize,
    /// The median of its duration in working days of one person.
    pub median: f64,
    /// The items that must be done first, all of its plan.
    pub after: Vec<usize>,
}

impl Reference {
    /// The one that all figures are about: 100 teams of 4 people, 2,000 items.
    pub fn standard() -> Reference {
        Reference::generate(100, 4, 1, 20, 1)
    }

    /// Plans of `length` items; each item after 0 to 2 earlier ones of its plan, one in ten served by another team, medians
    /// uniform in 1 to 10. The same arguments give the same organisation for ever.
    pub fn generate(teams: usize, people: usize, plans_each: usize, length: usize, seed: u64) -> Reference {
        let mut random = SplitMix64(seed);
        let mut items = Vec::new();
        for plan in 0..teams * plans_each {
            let first = items.len();
            for place in 0..length {
                let own = plan % teams;
                let elsewhere = random.below(10) == 0 && teams > 1;
                let team = if elsewhere { (own + 1 + random.below(teams - 1)) % teams } else { own };
                let mut after: Vec<usize> = if place == 0 {
                    Vec::new()
                } else {
                    (0..random.below(3)).map(|_| first + random.below(place)).collect()
                };
                after.sort_unstable();
                after.dedup();
                items.push(Item { plan, team, median: 1.0 + 9.0 * random.unit(), after });
            }
        }
        Reference { teams, people, sigma: SIGMA, plans: teams * plans_each, items }
    }
}

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
