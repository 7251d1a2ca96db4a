package dev.tenon.output;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The content of a Markdown code block. Immutable. */
final class CodeBlockOutput implements OutputParser<String> {
    private final String language;

    CodeBlockOutput(String language) {
        this.language = language;
    }

    @Override
    public Parsed<String> parseWithRecovery(String text) {
        Objects.requireNonNull(text, "text");
        Fixes fixes = new Fixes();
        String content = content(text, language, fixes);
        if (!language.isEmpty() && fixes.isEmpty() && !text.strip().startsWith("```")) {
            throw Refusal.of("output.unreadable", "the text has no code block in " + language);
        }
        return new Parsed<>(content, fixes.list(), fixes.cost());
    }

    @Override
    public String format() {
        return "Answer with one Markdown code block" + (language.isEmpty() ? "" : " in " + language)
                + " and nothing else.";
    }

    /** The first block in the language, else the first block, else the text. Prose around a block, or no end to it, is a fix. */
    static String content(String text, String language, Fixes fixes) {
        List<String> lines = text.lines().toList();
        int first = -1;
        int open = -1;
        for (int i = 0; i < lines.size() && open < 0; i++) {
            String line = lines.get(i).strip();
            if (line.startsWith("```") || line.startsWith("~~~")) {
                first = first < 0 ? i : first;
                String named = line.substring(3).strip().toLowerCase(Locale.ROOT);
                if (language.isEmpty() || named.startsWith(language.toLowerCase(Locale.ROOT))) {
                    open = i;
                } else {
                    i = closing(lines, i);
                }
            }
        }
        open = open < 0 ? first : open;
        if (open < 0) {
            return text;
        }
        int close = closing(lines, open);
        if (close >= lines.size()) {
            fixes.add(new Fix(Fix.Kind.CUT_OFF, "", "", "```"));
        }
        boolean around = !String.join("", lines.subList(0, open)).isBlank()
                || close + 1 < lines.size()
                        && !String.join("", lines.subList(close + 1, lines.size()))
                                .isBlank();
        if (around) {
            fixes.add(new Fix(Fix.Kind.SURROUNDINGS, "", "", ""));
        }
        return String.join("\n", lines.subList(open + 1, Math.min(close, lines.size())));
    }

    /** The line that closes a fence: its own sign, nothing after it. */
    private static int closing(List<String> lines, int open) {
        String sign = lines.get(open).strip().substring(0, 3);
        for (int i = open + 1; i < lines.size(); i++) {
            if (lines.get(i).strip().equals(sign)) {
                return i;
            }
        }
        return lines.size();
    }
}
