//! What makes a finding the same finding after lines have moved, days have passed and other findings have come.

use crate::report::Reported;
use std::collections::HashMap;

/// Names each finding of a list, in its order: 16 hexadecimal digits that are the same wherever the finding stands and
/// whenever one looks.
///
/// What counts is the rule, the fact and key that it is about (of a file that cannot be read, the file), and the names in
/// its message, those in backticks; not the lines, nor the dates and numbers in the message. Findings that share all that
/// are told apart by their order.
pub fn fingerprints<'a>(findings: impl IntoIterator<Item = &'a Reported>) -> Vec<String> {
    let mut seen: HashMap<u64, u64> = HashMap::new();
    let findings = findings.into_iter();
    findings
        .map(|finding| {
            let same = seen.entry(identity(finding)).or_default();
            *same += 1;
            let mut hash = Hash(identity(finding));
            if *same > 1 {
                hash.add(&same.to_string());
            }
            format!("{:016x}", hash.0)
        })
        .collect()
}

/// The same for findings that are the same but for their order.
pub(crate) fn identity(finding: &Reported) -> u64 {
    let mut hash = Hash(OFFSET);
    hash.add(&finding.code.to_string());
    match (&finding.about, &finding.place) {
        (Some(about), _) => hash.add(about),
        (None, Some(place)) => hash.add(&place.file),
        (None, None) => {}
    }
    for name in finding.message.split('`').skip(1).step_by(2) {
        hash.add(name);
    }
    hash.0
}

/// FNV-1a with 64 bits (datatracker.ietf.org/doc/html/draft-eastlake-fnv): small, and the same everywhere and for good,
/// which the standard library's hasher does not promise.
struct Hash(u64);

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

impl Hash {
    /// Adds a part; where one ends and the next begins counts.
    fn add(&mut self, part: &str) {
        for byte in part.bytes().chain([0]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(PRIME);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        // The empty text and "a" of the test vectors in the draft; ours ends each part with a zero byte.
        let mut hash = Hash(OFFSET);
        for byte in b"foobar" {
            hash.0 = (hash.0 ^ u64::from(*byte)).wrapping_mul(PRIME);
        }
        assert_eq!(hash.0, 0x8594_4171_f739_67e8);
    }
}
