package dev.tenon.json;

/** Writing JSON as text: compact, and in the canonical form that digests are taken of. */
final class Text {
    /** Enough to recognise a value in an error message. */
    private static final int CLIP = 80;

    private Text() {}

    static String clip(Json json) {
        StringBuilder out = new StringBuilder();
        new Writer(out, false, CLIP).value(json);
        return out.length() <= CLIP ? out.toString() : out.substring(0, CLIP) + "…";
    }

    static String compact(Json json) {
        StringBuilder out = new StringBuilder();
        new Writer(out, false, Integer.MAX_VALUE).value(json);
        return out.toString();
    }

    static String canonical(Json json) {
        StringBuilder out = new StringBuilder();
        new Writer(out, true, Integer.MAX_VALUE).value(json);
        return out.toString();
    }

    /** Recursion is safe here: no value nests deeper than {@link Json#MAX_DEPTH}. */
    private record Writer(StringBuilder out, boolean canonical, int limit) {
        void value(Json json) {
            if (out.length() > limit) {
                return;
            }
            switch (json) {
                case Json.Null n -> out.append("null");
                case Json.Bool b -> out.append(b.value());
                case Json.Num n -> out.append(canonical ? n.canonicalText() : n.text());
                case Json.Str s -> string(s.value());
                case Json.Arr a -> {
                    out.append('[');
                    String comma = "";
                    for (Json item : a) {
                        out.append(comma);
                        value(item);
                        comma = ",";
                    }
                    out.append(']');
                }
                case Json.Obj o -> {
                    out.append('{');
                    String comma = "";
                    for (var member : canonical
                            ? new java.util.TreeMap<>(o.members()).entrySet()
                            : o.members().entrySet()) {
                        out.append(comma);
                        string(member.getKey());
                        out.append(':');
                        value(member.getValue());
                        comma = ",";
                    }
                    out.append('}');
                }
            }
        }

        private void string(String text) {
            out.append('"');
            int plain = 0;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c >= 0x20 && c != '"' && c != '\\' && !loneSurrogate(text, i)) {
                    continue;
                }
                out.append(text, plain, i);
                plain = i + 1;
                switch (c) {
                    case '"' -> out.append("\\\"");
                    case '\\' -> out.append("\\\\");
                    case '\n' -> out.append("\\n");
                    case '\r' -> out.append("\\r");
                    case '\t' -> out.append("\\t");
                    case '\b' -> out.append("\\b");
                    case '\f' -> out.append("\\f");
                    default -> out.append(String.format("\\u%04x", (int) c));
                }
            }
            out.append(text, plain, text.length()).append('"');
        }

        /** A lone surrogate cannot be written as UTF-8; escaped, it survives. */
        private static boolean loneSurrogate(String text, int at) {
            char c = text.charAt(at);
            if (!Character.isSurrogate(c)) {
                return false;
            }
            return Character.isHighSurrogate(c)
                    ? at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1))
                    : at == 0 || !Character.isHighSurrogate(text.charAt(at - 1));
        }
    }
}
