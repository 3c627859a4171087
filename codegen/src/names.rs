//! Names in every case, and the words that a language keeps for itself.

/// A language that names are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// C99 to C23, and C++ because it includes the same header.
    C,
    /// C++17 to C++26.
    Cpp,
    /// Python.
    Python,
    /// TypeScript and JavaScript.
    TypeScript,
    /// Java.
    Java,
}

impl Language {
    /// The language with this name in a template.
    pub fn find(name: &str) -> Option<Language> {
        Some(match name {
            "c" => Language::C,
            "cpp" => Language::Cpp,
            "python" => Language::Python,
            "typescript" => Language::TypeScript,
            "java" => Language::Java,
            _ => return None,
        })
    }

    fn reserved(self) -> &'static str {
        match self {
            Language::C | Language::Cpp => CPP,
            Language::Python => PYTHON,
            Language::TypeScript => TYPESCRIPT,
            Language::Java => JAVA,
        }
    }
}

/// Keywords of C and C++ together, their macros, and what the generated classes have of their own.
const CPP: &str = "\
    alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t char32_t char8_t class \
    co_await co_return co_yield compl concept const const_cast consteval constexpr constinit continue \
    contract_assert decltype default delete do double dynamic_cast else enum errno explicit export extern false \
    float for friend goto id if inline int into linux long mutable namespace new noexcept not not_eq nullptr \
    operator or or_eq private protected public read register reinterpret_cast requires restrict return short signed \
    sizeof static static_assert static_cast struct switch template this thread_local throw true try typedef typeid \
    typename typeof typeof_unqual union unix unsigned using virtual void volatile wchar_t while xor xor_eq";

/// Python's keywords, the soft ones, and names that a dataclass field would hide from the class body.
const PYTHON: &str = "\
    and as assert async await bool break bytes case class continue def del dict elif else except finally float for \
    from global if import in int is lambda list match nonlocal not object or pass property raise return self str try \
    type while with yield False None True";

/// JavaScript's keywords, strict mode's too, and what every object has.
const TYPESCRIPT: &str = "\
    arguments as async await break case catch class const constructor continue debugger default delete do else enum \
    eval export extends false finally for from function get if implements import in instanceof interface let new \
    null of package private protected prototype public return set static super switch then this throw true try \
    typeof undefined var void while with yield";

/// Java's keywords, and the methods of every object.
const JAVA: &str = "\
    abstract assert boolean break byte case catch char class clone const continue default do double else enum equals \
    extends false final finalize finally float for getClass goto hashCode if implements import instanceof int \
    interface long native new notify notifyAll null package private protected public record return sealed short \
    static strictfp super switch synchronized this throw throws toString transient true try var void volatile wait \
    while yield";

/// The name, with `_` behind it where the language keeps the word for itself.
pub fn safe(name: &str, language: Language) -> String {
    if language.reserved().split(' ').any(|word| word == name) { format!("{name}_") } else { name.to_owned() }
}

/// Whether it is a name in snake_case: `id_number`.
pub fn is_snake(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && !name.ends_with('_')
        && !name.contains("__")
}

/// Whether it is a name in PascalCase: `IdNumber`.
pub fn is_pascal(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether it is a word that every language can make a constant of: `no_record`, `HIGH`.
pub fn is_word(word: &str) -> bool {
    is_snake(&word.to_lowercase())
}

/// `JuheVerifyfaceVerify2` of the id `juhe.verifyface.verify2`.
pub fn class(id: &str) -> String {
    id.split('.').map(pascal).collect()
}

/// `IdNumber` of `id_number`.
pub fn pascal(name: &str) -> String {
    let capital = |part: &str| part[..1].to_uppercase() + &part[1..];
    name.split('_').filter(|part| !part.is_empty()).map(capital).collect()
}

/// `idNumber` of `id_number`.
pub fn camel(name: &str) -> String {
    let pascal = pascal(name);
    pascal.chars().take(1).flat_map(char::to_lowercase).chain(pascal.chars().skip(1)).collect()
}

/// `id_number` of `IdNumber`, of `id.number` and of `id_number`.
pub fn snake(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() && !text.ends_with('_') {
            text.push('_');
        }
        text.push(if letter == '.' { '_' } else { letter.to_ascii_lowercase() });
    }
    text
}

/// `ID_NUMBER` of `id_number` and of `IdNumber`; `HIGH` stays `HIGH`.
pub fn upper(name: &str) -> String {
    if name.bytes().any(|byte| byte.is_ascii_lowercase()) { snake(name).to_uppercase() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases() {
        assert_eq!(class("juhe.verifyface_mobile.query"), "JuheVerifyfaceMobileQuery");
        assert_eq!(pascal("verify2_encry"), "Verify2Encry");
        assert_eq!(camel("id_number"), "idNumber");
        assert_eq!(camel("x_ca"), "xCa");
        assert_eq!(snake("CompareService"), "compare_service");
        assert_eq!(snake("juhe.verifyface.verify2"), "juhe_verifyface_verify2");
        assert_eq!(upper("no_record"), "NO_RECORD");
        assert_eq!(upper("HIGH"), "HIGH");
        assert_eq!(upper("ErrorKind"), "ERROR_KIND");
    }

    #[test]
    fn words_of_a_language_get_an_underscore() {
        assert_eq!(safe("class", Language::C), "class_");
        assert_eq!(safe("operator", Language::Cpp), "operator_");
        assert_eq!(safe("from", Language::Python), "from_");
        assert_eq!(safe("default", Language::TypeScript), "default_");
        assert_eq!(safe("package", Language::Java), "package_");
        assert_eq!(safe("realname", Language::Java), "realname");
        for language in [Language::C, Language::Cpp, Language::Python, Language::TypeScript, Language::Java] {
            let words: Vec<_> = language.reserved().split(' ').collect();
            assert!(words.len() > 30 && words.iter().all(|word| word.chars().all(|letter| letter.is_ascii_graphic())));
            assert!(words.iter().all(|word| safe(word, language) == format!("{word}_")));
        }
    }

    #[test]
    fn names_that_no_language_could_take() {
        for bad in ["", "Name", "2nd", "_x", "x_", "a__b", "a-b", "名"] {
            assert!(!is_snake(bad), "{bad}");
        }
        for bad in ["", "name", "Na_me", "2N", "名"] {
            assert!(!is_pascal(bad), "{bad}");
        }
        assert!(is_word("HIGH") && is_word("no_record") && !is_word("a.b") && !is_word(""));
    }
}
