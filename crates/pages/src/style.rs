//! The stylesheet and the script: one file each, served from the binary. Nothing else is ever loaded.

use crate::tokens;

/// The stylesheet: the colours first, then the few shapes that every page is made of.
pub fn stylesheet() -> String {
    format!("{}{}", tokens::custom_properties(), include_str!("../assets/shapes.css"))
}

/// The script: live updates, the palette, closing a detail with Escape. Every page works without it.
pub const SCRIPT: &str = include_str!("../assets/kedge.js");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_in_the_shapes_is_a_token() {
        let shapes = include_str!("../assets/shapes.css");
        for used in shapes.split("var(--").skip(1) {
            let name = used.split(')').next().unwrap();
            let known = tokens::TOKENS.iter().any(|token| token.name == name);
            assert!(known || ["font", "code", "gap", "side"].contains(&name), "--{name} is defined nowhere");
        }
        assert!(
            !shapes.contains('#') || shapes.matches('#').count() == shapes.matches("url(#leaning)").count()
        );
    }

    #[test]
    fn nothing_is_loaded_from_elsewhere() {
        for text in [stylesheet().as_str(), SCRIPT] {
            assert!(!text.contains("http:") && !text.contains("https:") && !text.contains("@import"));
        }
    }
}
