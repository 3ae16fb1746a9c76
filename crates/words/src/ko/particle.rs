//! Particles, whose form depends on the last sound of the word before them.

/// A particle with two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Particle {
    /// 은, 는.
    Topic,
    /// 이, 가.
    Subject,
    /// 을, 를.
    Object,
    /// 과, 와.
    And,
    /// 으로, 로.
    Toward,
}

/// The last sound of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sound {
    Vowel,
    /// ㄹ, after which 으로 is 로.
    Rieul,
    Consonant,
}

/// Returns the word with the particle's form that its last sound asks for.
pub(super) fn with(word: &str, particle: Particle) -> String {
    format!("{word}{}", after(word, particle))
}

/// Returns the particle's form after a text.
pub(super) fn after(text: &str, particle: Particle) -> &'static str {
    let sound = last_sound(text);
    let [consonant, vowel] = match particle {
        Particle::Topic => ["은", "는"],
        Particle::Subject => ["이", "가"],
        Particle::Object => ["을", "를"],
        Particle::And => ["과", "와"],
        Particle::Toward if sound == Sound::Rieul => ["로", "로"],
        Particle::Toward => ["으로", "로"],
    };
    if sound == Sound::Vowel { vowel } else { consonant }
}

/// Returns how the last syllable ends as Koreans read it: letters of another script as they are usually transcribed, digits one by
/// one, 퍼센트 for the sign.
fn last_sound(text: &str) -> Sound {
    let Some(last) = text.chars().rev().find(|letter| letter.is_alphanumeric() || *letter == '%') else {
        return Sound::Vowel;
    };
    match last {
        '가'..='힣' => match (last as u32 - '가' as u32) % 28 {
            0 => Sound::Vowel,
            8 => Sound::Rieul,
            _ => Sound::Consonant,
        },
        // 일, 칠, 팔.
        '1' | '7' | '8' => Sound::Rieul,
        // 영, 삼, 육.
        '0' | '3' | '6' => Sound::Consonant,
        _ if last.is_ascii_alphabetic() => latin_sound(text),
        _ => Sound::Vowel,
    }
}

/// The last sound of a word in Latin letters: `adam` is 아담, `rmsprop` 알엠에스프롭, `adagrad` 아다그라드, `MB` 엠비.
fn latin_sound(text: &str) -> Sound {
    let letters: Vec<char> = text
        .trim_end_matches(|letter: char| !letter.is_ascii_alphabetic())
        .chars()
        .rev()
        .take_while(char::is_ascii_alphabetic)
        .collect();
    let is_by_name = letters.iter().all(char::is_ascii_uppercase);
    let letters: Vec<char> = letters.iter().map(char::to_ascii_lowercase).collect();
    let is_vowel = |letter: &char| "aeiouy".contains(*letter);
    let vowel = |at: usize| letters.get(at).is_some_and(is_vowel);
    match letters.first() {
        // 엘, 엠, 엔 by name; -l, -m, -n in a word.
        Some('l') => Sound::Rieul,
        Some('m' | 'n') => Sound::Consonant,
        // 알 by name, but -er, -or are 어.
        Some('r') if is_by_name || !letters.iter().any(is_vowel) => Sound::Rieul,
        _ if is_by_name => Sound::Vowel,
        // 램: the b is silent. 킹: one sound.
        Some('b') if letters.get(1) == Some(&'m') => Sound::Consonant,
        Some('g') if letters.get(1) == Some(&'n') => Sound::Consonant,
        // 파일, 테이블, 샘플: the e is silent.
        Some('e') if letters.get(1) == Some(&'l') => Sound::Rieul,
        // 코사인, 네임.
        Some('e') if matches!(letters.get(1), Some('n' | 'm')) && vowel(2) => Sound::Consonant,
        // 북: one sound in two letters.
        Some('k') if letters.get(1..3) == Some(&['o', 'o']) => Sound::Consonant,
        // A stop after one short vowel: 롭, 봇, 블록. After two vowels, or in letters read by name, there is another vowel: 소프, 피.
        Some('p' | 't' | 'k' | 'c') if vowel(1) && !vowel(2) => Sound::Consonant,
        _ => Sound::Vowel,
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
            ("16 MB", "16 MB가", "16 MB와"),
            ("5%", "5%가", "5%와"),
            ("a.html", "a.html이", "a.html과"),
            ("sample", "sample이", "sample과"),
        ] {
            assert_eq!(
                (with(word, Particle::Subject), with(word, Particle::And)),
                (subject.into(), and.into())
            );
        }
    }

    #[test]
    fn every_particle_has_its_forms() {
        for (word, topic, object, toward) in [
            ("규칙", "은", "을", "으로"),
            ("파일", "은", "을", "로"),
            ("차이", "는", "를", "로"),
            ("`adam`", "은", "을", "으로"),
            ("model", "은", "을", "로"),
            ("'--seed'", "는", "를", "로"),
            ("`book`", "은", "을", "으로"),
            ("cosine", "은", "을", "으로"),
            ("7", "은", "을", "로"),
            ("10", "은", "을", "으로"),
            ("4", "는", "를", "로"),
        ] {
            let forms = [Particle::Topic, Particle::Object, Particle::Toward].map(|one| after(word, one));
            assert_eq!(forms, [topic, object, toward], "{word}");
        }
    }
}
