package dev.tenon.examples.chat;

/** What a model wrote is shown, not obeyed: a terminal does more than print when it is sent control characters. */
final class Printable {
    private Printable() {}

    /** The text without control characters, but for line ends and tabs. */
    static String of(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints()
                .filter(c -> c == '\n' || c == '\t' || !Character.isISOControl(c))
                .forEach(shown::appendCodePoint);
        return shown.toString();
    }
}
