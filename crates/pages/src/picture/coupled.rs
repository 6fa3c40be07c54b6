//! Who is coupled with whom: owners on a circle, a line for each pair, those that belong together side by side. A solid line
//! is spoken of (an ask is declared), a broken one is not. Drawn twice: with names where there is room, with numbers on a
//! phone.

use maud::{Markup, html};
use std::f64::consts::TAU;

/// One on the circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is called.
    pub name: String,
    /// How much it changes: the larger, the larger it is drawn.
    pub weight: u64,
}

/// What joins two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Their places in the list.
    pub between: [usize; 2],
    /// How strongly.
    pub weight: u64,
    /// Whether it is spoken of.
    pub is_declared: bool,
    /// What it says where it is pointed at.
    pub title: String,
    /// Where it leads.
    pub leads_to: String,
}

/// The whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coupled {
    /// Those on the circle.
    pub nodes: Vec<Node>,
    /// What joins them; the strongest is the thickest.
    pub lines: Vec<Line>,
}

/// Names longer than this are cut.
const LONGEST: usize = 30;
/// Rounds of exchanging places; a few are enough for as many owners as can be read.
const ROUNDS: usize = 8;

/// The picture, and below it on a phone what the numbers stand for.
pub fn coupled(drawn: &Coupled, label: &str) -> Markup {
    let order = order(drawn);
    html! {
        figure.coupled {
            (picture(drawn, &order, label, &Room { size: [760.0, 440.0], radius: 165.0, names: true }))
            (picture(drawn, &order, label, &Room { size: [340.0, 340.0], radius: 140.0, names: false }))
            ol.names { @for node in &drawn.nodes { li { (node.name) } } }
        }
    }
}

struct Room {
    size: [f64; 2],
    radius: f64,
    names: bool,
}

fn picture(drawn: &Coupled, order: &[usize], label: &str, room: &Room) -> Markup {
    let [width, height] = room.size;
    let centre = [width / 2.0, height / 2.0];
    let count = order.len().max(1) as f64;
    let mut places = vec![(centre, 0.0); drawn.nodes.len()];
    for (position, node) in order.iter().enumerate() {
        let angle = TAU * position as f64 / count - TAU / 4.0;
        let at = [centre[0] + room.radius * angle.cos(), centre[1] + room.radius * angle.sin()];
        places[*node] = (at, angle);
    }
    let heaviest = drawn.lines.iter().map(|line| line.weight).max().unwrap_or(1).max(1) as f64;
    let largest = drawn.nodes.iter().map(|node| node.weight).max().unwrap_or(1).max(1) as f64;
    let path = |line: &Line| {
        let [(one, _), (other, _)] = line.between.map(|at| places[at]);
        // Bent towards the middle, so that neighbours' lines do not run along the circle.
        let bend = |axis: usize| 0.65 * (one[axis] + other[axis]) / 2.0 + 0.35 * centre[axis];
        format!("M{:.1} {:.1} Q{:.1} {:.1} {:.1} {:.1}", one[0], one[1], bend(0), bend(1), other[0], other[1])
    };
    html! {
        svg.wide[room.names].narrow[!room.names] viewBox=(format!("0 0 {width} {height}")) role="group" aria-label=(label) {
            @for line in &drawn.lines {
                @let thick = 1.5 + 6.5 * (line.weight as f64 / heaviest).sqrt();
                a href=(line.leads_to) aria-label=(line.title) {
                    title { (line.title) }
                    path.touch d=(path(line)) {}
                    path.declared[line.is_declared].hidden[!line.is_declared] d=(path(line)) stroke-width=(format!("{thick:.1}")) {}
                }
            }
            @for (place, node) in drawn.nodes.iter().enumerate() {
                @let (at, angle) = places[place];
                @let radius = if room.names { 5.0 + 7.0 * (node.weight as f64 / largest).sqrt() } else { 13.0 };
                circle cx=(format!("{:.1}", at[0])) cy=(format!("{:.1}", at[1])) r=(format!("{radius:.1}")) { title { (node.name) ", " (node.weight) " commits" } }
                @if room.names {
                    @let away = 18.0;
                    @let side = if angle.cos() > 0.1 { "start" } else if angle.cos() < -0.1 { "end" } else { "middle" };
                    text x=(format!("{:.1}", at[0] + away * angle.cos())) y=(format!("{:.1}", at[1] + (away + 2.0) * angle.sin() + 4.0)) text-anchor=(side) { (cut(&node.name)) }
                } @else {
                    text.number x=(format!("{:.1}", at[0])) y=(format!("{:.1}", at[1] + 5.0)) text-anchor="middle" { (place + 1) }
                }
            }
        }
    }
}

fn cut(name: &str) -> String {
    if name.chars().count() <= LONGEST {
        return name.to_owned();
    }
    name.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// The order around the circle in which strong lines are short: places are exchanged as long as that gains. The same picture
/// for the same numbers.
fn order(drawn: &Coupled) -> Vec<usize> {
    let count = drawn.nodes.len();
    let mut order: Vec<usize> = (0..count).collect();
    let length = |order: &[usize]| -> f64 {
        let mut position = vec![0; count];
        for (at, node) in order.iter().enumerate() {
            position[*node] = at;
        }
        let of = |line: &Line| {
            let [one, other] = line.between.map(|node| position[node]);
            let apart = one.abs_diff(other);
            apart.min(count - apart) as f64 * (line.weight as f64).sqrt()
        };
        drawn.lines.iter().map(of).sum()
    };
    let mut shortest = length(&order);
    for _ in 0..ROUNDS {
        let before = shortest;
        for one in 0..count {
            for other in one + 1..count {
                order.swap(one, other);
                let now = length(&order);
                if now < shortest - 1e-9 {
                    shortest = now;
                } else {
                    order.swap(one, other);
                }
            }
        }
        if shortest >= before {
            break;
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_belong_together_lie_side_by_side() {
        let node = |name: &str| Node { name: name.into(), weight: 1 };
        let line = |one, other| Line {
            between: [one, other],
            weight: 9,
            is_declared: one == 0,
            title: format!("{one} and {other}"),
            leads_to: "#x".into(),
        };
        let drawn = Coupled {
            nodes: ["a", "b", "c", "d", "e", "f"].map(node).to_vec(),
            lines: vec![line(0, 3), line(1, 4), line(2, 5)],
        };
        let order = order(&drawn);
        let place = |node: usize| order.iter().position(|it| *it == node).unwrap();
        for [one, other] in [[0, 3], [1, 4], [2, 5]] {
            let apart = place(one).abs_diff(place(other));
            assert_eq!(apart.min(6 - apart), 1, "{order:?}");
        }
        let shown = coupled(&drawn, "it").into_string();
        assert_eq!(shown.matches("<a href").count(), 6);
        assert_eq!((shown.matches("declared").count(), shown.matches("hidden").count()), (2, 4));
    }
}
