//! Particles, whose form depends on the last sound of the word before them.

/// A particle with two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Particle {
    /// 이, 가.
    Subject,
    /// 과, 와.
    And,
}

/// Returns the word with the particle's form that its last sound asks for.
pub(super) fn with(word: &str, particle: Particle) -> String {
    let form = match (particle, ends_in_consonant(word)) {
        (Particle::Subject, true) => "이",
        (Particle::Subject, false) => "가",
        (Particle::And, true) => "과",
        (Particle::And, false) => "와",
    };
    format!("{word}{form}")
}

/// Whether the last syllable ends in a consonant as Koreans read it: letters of another script as they are usually transcribed,
/// digits one by one.
fn ends_in_consonant(word: &str) -> bool {
    let Some(last) = word.chars().rev().find(|letter| letter.is_alphanumeric()) else { return false };
    match last {
        '가'..='힣' => !(last as u32 - '가' as u32).is_multiple_of(28),
        // 영, 일, 삼, 육, 칠, 팔.
        '0' | '1' | '3' | '6' | '7' | '8' => true,
        _ => latin_ends_in_consonant(word.trim_end_matches(|letter: char| !letter.is_alphanumeric())),
    }
}

/// Whether a word in Latin letters ends in a consonant: `adam` is 아담, `rmsprop` 알엠에스프롭, `adagrad` 아다그라드.
fn latin_ends_in_consonant(word: &str) -> bool {
    let letters: Vec<char> = word
        .chars()
        .rev()
        .take_while(char::is_ascii_alphabetic)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    let vowel = |at: usize| letters.get(at).is_some_and(|letter| "aeiouy".contains(*letter));
    match letters.first() {
        // 엘, 엠, 엔, 알 by name; -l, -m, -n in a word.
        Some('l' | 'm' | 'n') => true,
        // 알 alone, but -er, -or are 어.
        Some('r') => !letters.iter().any(|letter| "aeiouy".contains(*letter)),
        // 램: the b is silent. 킹: one sound.
        Some('b') => letters.get(1) == Some(&'m'),
        Some('g') => letters.get(1) == Some(&'n'),
        // A stop after one short vowel: 롭, 봇, 블록. After two vowels, or in letters read by name, there is another vowel: 소프, 피.
        Some('p' | 't' | 'k' | 'c') => vowel(1) && !vowel(2),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_sound_chooses() {
        for (word, subject, and) in [
            ("규칙", "규칙이", "규칙과"),
            ("차이", "차이가", "차이와"),
            ("momentum", "momentum이", "momentum과"),
            ("adam", "adam이", "adam과"),
            ("adamw", "adamw가", "adamw와"),
            ("adagrad", "adagrad가", "adagrad와"),
            ("rmsprop", "rmsprop이", "rmsprop과"),
            ("sgd", "sgd가", "sgd와"),
            ("nesterov", "nesterov가", "nesterov와"),
            ("soap", "soap가", "soap와"),
            ("lamb", "lamb이", "lamb과"),
            ("muon", "muon이", "muon과"),
            ("adafactor", "adafactor가", "adafactor와"),
            ("sgd 0.9", "sgd 0.9가", "sgd 0.9와"),
            ("adam (beta1 0.8)", "adam (beta1 0.8)이", "adam (beta1 0.8)과"),
            ("adam (torch)", "adam (torch)가", "adam (torch)와"),
        ] {
            assert_eq!(
                (with(word, Particle::Subject), with(word, Particle::And)),
                (subject.into(), and.into())
            );
        }
    }
}
