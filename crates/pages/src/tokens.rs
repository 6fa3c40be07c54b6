//! The colours of every page, named by what they mean, for light and for dark. The stylesheet begins with them.

use std::fmt::Write as _;

/// A colour by its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its name in the stylesheet, without the two hyphens.
    pub name: &'static str,
    /// On a light page and on paper, `#rrggbb`.
    pub light: &'static str,
    /// On a dark page, `#rrggbb`.
    pub dark: &'static str,
    /// In forced colours: the system colour with the nearest meaning.
    pub forced: &'static str,
}

const fn token(name: &'static str, light: &'static str, dark: &'static str, forced: &'static str) -> Token {
    Token { name, light, dark, forced }
}

/// Every colour there is. Red is for late, never and lost, and for nothing else.
pub const TOKENS: &[Token] = &[
    token("paper", "#fbfbf9", "#0f151d", "Canvas"),
    token("card", "#ffffff", "#151d27", "Canvas"),
    token("wash", "#eff5f4", "#15262a", "Canvas"),
    token("ink", "#16202e", "#e7ebf0", "CanvasText"),
    token("soft", "#566273", "#9aa6b5", "CanvasText"),
    token("line", "#e3e7ec", "#263140", "CanvasText"),
    token("edge", "#c5ccd5", "#3b4858", "ButtonText"),
    token("stands", "#0f6e66", "#45b8ab", "CanvasText"),
    token("on-stands", "#ffffff", "#06201d", "Canvas"),
    token("leans", "#8f5c0e", "#e0a64a", "CanvasText"),
    token("leans-wash", "#f7ecd8", "#33291a", "Canvas"),
    token("late", "#b3382c", "#ef7c6d", "CanvasText"),
    token("link", "#1d4f91", "#8ab4f0", "LinkText"),
];

/// The stylesheet's first part: the tokens for light, dark, print and forced colours.
pub(crate) fn custom_properties() -> String {
    let block = |value: fn(&Token) -> &'static str| {
        TOKENS.iter().fold(String::new(), |mut block, token| {
            // Writing to a string cannot fail.
            let _ = write!(block, "--{}:{};", token.name, value(token));
            block
        })
    };
    format!(
        ":root{{color-scheme:light dark;{}}}\n\
         @media screen and (prefers-color-scheme:dark){{:root{{{}}}}}\n\
         @media (forced-colors:active){{:root{{{}}}}}\n",
        block(|token| token.light),
        block(|token| token.dark),
        block(|token| token.forced),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(hex: &str) -> f64 {
        let value = f64::from(u8::from_str_radix(hex, 16).unwrap()) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    }

    /// Relative luminance of `#rrggbb`, as WCAG 2.2 defines it.
    fn luminance(colour: &str) -> f64 {
        0.2126 * channel(&colour[1..3]) + 0.7152 * channel(&colour[3..5]) + 0.0722 * channel(&colour[5..7])
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    fn named(name: &str) -> Token {
        *TOKENS.iter().find(|token| token.name == name).unwrap()
    }

    #[test]
    fn contrast_is_reckoned_as_wcag_does() {
        assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9);
        // The grey that is known as the lightest to pass on white.
        assert!((contrast("#767676", "#ffffff") - 4.54).abs() < 0.005);
    }

    #[test]
    fn text_reads_on_every_ground_in_light_and_dark() {
        for text in ["ink", "soft", "stands", "leans", "late", "link"].map(named) {
            for ground in ["paper", "card", "wash"].map(named) {
                let light = contrast(text.light, ground.light);
                let dark = contrast(text.dark, ground.dark);
                assert!(light >= 4.5, "{} on {} in light: {light:.2}", text.name, ground.name);
                assert!(dark >= 4.5, "{} on {} in dark: {dark:.2}", text.name, ground.name);
            }
        }
        let (label, button) = (named("on-stands"), named("stands"));
        assert!(contrast(label.light, button.light) >= 4.5);
        assert!(contrast(label.dark, button.dark) >= 4.5);
        // The label of a hatched band.
        let (ink, band) = (named("ink"), named("leans-wash"));
        assert!(contrast(ink.light, band.light) >= 4.5);
        assert!(contrast(ink.dark, band.dark) >= 4.5);
    }

    #[test]
    fn shapes_are_seen_against_the_card() {
        for shape in ["stands", "leans", "late"].map(named) {
            assert!(contrast(shape.light, named("card").light) >= 3.0, "{}", shape.name);
            assert!(contrast(shape.dark, named("card").dark) >= 3.0, "{}", shape.name);
        }
    }
}
