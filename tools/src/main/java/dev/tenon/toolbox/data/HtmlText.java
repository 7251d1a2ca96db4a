package dev.tenon.toolbox.data;

import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A page as text or Markdown: what a person would read, with headings, lists, links, code and tables, without scripts, styles and what is hidden. Reads any bytes, never fails, and takes linear
 * time. Not thread-safe; used for one page.
 */
public final class HtmlText {
    private static final Set<String> SKIPPED = Set.of(
            "script",
            "style",
            "noscript",
            "template",
            "svg",
            "math",
            "iframe",
            "object",
            "canvas",
            "select",
            "textarea",
            "head");
    private static final Set<String> BLOCKS = Set.of(
            "p",
            "div",
            "section",
            "article",
            "main",
            "header",
            "footer",
            "nav",
            "aside",
            "ul",
            "ol",
            "dl",
            "dt",
            "dd",
            "table",
            "form",
            "figure",
            "figcaption",
            "blockquote",
            "pre",
            "hr",
            "address",
            "details",
            "summary",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "body",
            "html",
            "tr",
            "li");

    /** A tag that is longer is text: a page cannot make every '<' look for its end far away. */
    private static final int LONGEST_TAG = 4000;

    private static final Map<String, String> ENTITIES = entities();

    private final String html;
    private final boolean markdown;
    private final @Nullable URI base;
    private final StringBuilder out = new StringBuilder();
    private final Deque<String> links = new ArrayDeque<>();
    private final Deque<Integer> lists = new ArrayDeque<>();
    private int pre;
    private int at;
    private boolean headed;

    private HtmlText(String html, boolean markdown, @Nullable URI base) {
        this.html = html;
        this.markdown = markdown;
        this.base = base;
    }

    /** A page as plain text, without addresses. */
    public static String text(String html) {
        Objects.requireNonNull(html, "html");
        return new HtmlText(html, false, null).read();
    }

    /** A page as Markdown. Links are made absolute by the page's own address; those that are neither http nor https are left out. */
    public static String markdown(String html, String url) {
        Objects.requireNonNull(html, "html");
        Objects.requireNonNull(url, "url");
        URI base;
        try {
            base = URI.create(url);
        } catch (IllegalArgumentException e) {
            base = null;
        }
        return new HtmlText(html, true, base).read();
    }

    private String read() {
        int lastEnd = html.lastIndexOf('>');
        while (at < html.length()) {
            int tag = html.indexOf('<', at);
            if (tag < 0 || tag > lastEnd) {
                words(html.substring(at));
                break;
            }
            words(html.substring(at, tag));
            at = tag;
            tag();
        }
        return tidied();
    }

    /** Without spaces at the ends of lines, and with one empty line at most. By hand: the regular expressions for it take the square of a long run's length. */
    private String tidied() {
        StringBuilder tidy = new StringBuilder(out.length());
        int spaces = 0;
        int breaks = 0;
        for (int i = 0; i < out.length(); i++) {
            char c = out.charAt(i);
            if (c == ' ' || c == '\t') {
                spaces++;
                continue;
            }
            if (c == '\n') {
                spaces = 0;
                breaks++;
                continue;
            }
            tidy.append("\n".repeat(Math.min(2, breaks)));
            tidy.append(out, i - spaces, i).append(c);
            spaces = 0;
            breaks = 0;
        }
        return tidy.toString().strip();
    }

    private void tag() {
        if (html.startsWith("<!--", at)) {
            int end = html.indexOf("-->", at + 4);
            at = end < 0 ? html.length() : end + 3;
            return;
        }
        int end = end(at + 1);
        char next = at + 1 < html.length() ? html.charAt(at + 1) : ' ';
        if (end < 0 || !(Character.isLetter(next) || next == '/' || next == '!' || next == '?')) {
            words("<");
            at++;
            return;
        }
        String inside = html.substring(at + 1, end);
        at = end + 1;
        if (next == '!' || next == '?') {
            return;
        }
        boolean closing = next == '/';
        int nameEnd = closing ? 1 : 0;
        while (nameEnd < inside.length()
                && (Character.isLetterOrDigit(inside.charAt(nameEnd)) || inside.charAt(nameEnd) == '-')) {
            nameEnd++;
        }
        String name = inside.substring(closing ? 1 : 0, nameEnd).toLowerCase(Locale.ROOT);
        if (closing) {
            close(name);
        } else if (SKIPPED.contains(name) && !inside.endsWith("/")) {
            skip(name);
        } else {
            open(name, inside.substring(nameEnd));
        }
    }

    private int end(int from) {
        char quote = 0;
        int last = Math.min(html.length(), from + LONGEST_TAG);
        for (int i = from; i < last; i++) {
            char c = html.charAt(i);
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                }
            } else if (c == '>') {
                return i;
            } else if (c == '<') {
                return -1;
            } else if ((c == '"' || c == '\'') && html.charAt(i - 1) == '=') {
                quote = c;
            }
        }
        return -1;
    }

    private void skip(String name) {
        String close = "</" + name;
        int from = at;
        boolean head = name.equals("head");
        if (head && headed) {
            return; // A page has one. Looking for the end of each would take the square of the page's length.
        }
        headed |= head;
        if (head) {
            title();
        }
        for (int i = html.indexOf("</", from); i >= 0; i = html.indexOf("</", i + 2)) {
            if (html.regionMatches(true, i, close, 0, close.length())) {
                int end = html.indexOf('>', i);
                at = end < 0 ? html.length() : end + 1;
                return;
            }
        }
        at = head ? from : html.length();
    }

    private void title() {
        int end = Math.min(html.length(), at + 20_000);
        String head = html.substring(at, end);
        String lower = head.toLowerCase(Locale.ROOT);
        int start = lower.indexOf("<title");
        int from = start < 0 ? -1 : head.indexOf('>', start) + 1;
        int to = from <= 0 ? -1 : lower.indexOf("</title", from);
        if (to > from) {
            words((markdown ? "# " : "") + head.substring(from, to));
            block();
        }
    }

    private void open(String name, String attributes) {
        if (BLOCKS.contains(name)) {
            block();
        }
        switch (name) {
            case "br" -> out.append('\n');
            case "hr" -> out.append(markdown ? "---\n\n" : "");
            case "h1", "h2", "h3", "h4", "h5", "h6" -> mark("#".repeat(name.charAt(1) - '0') + " ");
            case "ul" -> lists.push(-1);
            case "ol" -> lists.push(0);
            case "li" -> item();
            case "pre" -> {
                pre++;
                mark("```\n");
            }
            case "code", "kbd", "samp" -> {
                if (pre == 0) {
                    mark("`");
                }
            }
            case "b", "strong" -> mark("**");
            case "i", "em" -> mark("*");
            case "blockquote" -> mark("> ");
            case "td", "th" -> out.append(out.length() > 0 && out.charAt(out.length() - 1) != '\n' ? " | " : "");
            case "a" -> {
                String link = markdown ? absolute(attribute(attributes, "href")) : "";
                links.push(link);
                if (!link.isEmpty()) {
                    out.append('[');
                }
            }
            case "img" -> {
                String alt = attribute(attributes, "alt");
                if (!alt.isBlank()) {
                    words(markdown ? "[image: " + alt + "]" : alt);
                }
            }
            default -> {}
        }
    }

    private void item() {
        Integer number = lists.isEmpty() ? -1 : lists.pop();
        boolean first = number == -1 || number == 0;
        if (!first
                && out.length() > 1
                && out.charAt(out.length() - 1) == '\n'
                && out.charAt(out.length() - 2) == '\n') {
            out.setLength(out.length() - 1);
        }
        out.append("  ".repeat(Math.min(10, lists.size())));
        out.append(number < 0 ? "- " : number + 1 + ". ");
        lists.push(number < 0 ? -2 : number + 1);
    }

    private void close(String name) {
        switch (name) {
            case "a" -> {
                String link = links.isEmpty() ? "" : links.pop();
                if (!link.isEmpty()) {
                    out.append("](").append(link).append(')');
                }
            }
            case "b", "strong" -> mark("**");
            case "i", "em" -> mark("*");
            case "code", "kbd", "samp" -> {
                if (pre == 0) {
                    mark("`");
                }
            }
            case "pre" -> {
                if (pre > 0) {
                    pre--;
                    mark("\n```");
                }
                block();
            }
            case "ul", "ol" -> {
                if (!lists.isEmpty()) {
                    lists.pop();
                }
                block();
            }
            case "tr", "li" -> {
                if (out.length() > 0 && out.charAt(out.length() - 1) != '\n') {
                    out.append('\n');
                }
            }
            default -> {
                if (BLOCKS.contains(name)) {
                    block();
                }
            }
        }
    }

    private void mark(String sign) {
        if (markdown) {
            out.append(sign);
        }
    }

    private void block() {
        int length = out.length();
        if (length == 0) {
            return;
        }
        String end = out.substring(Math.max(0, length - 2));
        if (end.equals("\n\n") || end.endsWith("- ") || end.endsWith("> ")) {
            return;
        }
        out.append(end.endsWith("\n") ? "\n" : "\n\n");
    }

    private void words(String raw) {
        if (raw.isEmpty()) {
            return;
        }
        String text = unescaped(raw);
        if (pre > 0) {
            out.append(text);
            return;
        }
        boolean space = out.length() == 0 || Character.isWhitespace(out.charAt(out.length() - 1));
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isWhitespace(c) || c == '\u00A0') {
                if (!space) {
                    out.append(' ');
                    space = true;
                }
            } else if (c >= ' ' || c == '\t') {
                out.append(c);
                space = false;
            }
        }
    }

    private String absolute(String link) {
        if (link.isEmpty() || link.startsWith("#") || link.length() > 2000) {
            return "";
        }
        try {
            URI uri = URI.create(link.strip());
            String whole = (base == null ? uri : base.resolve(uri)).toString();
            return whole.startsWith("http://") || whole.startsWith("https://")
                    ? whole.replace("(", "%28").replace(")", "%29")
                    : "";
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static String attribute(String attributes, String name) {
        String lower = attributes.toLowerCase(Locale.ROOT);
        int from = lower.indexOf(name + "=");
        while (from > 0
                && !Character.isWhitespace(lower.charAt(from - 1))
                && "\"'/".indexOf(lower.charAt(from - 1)) < 0) {
            from = lower.indexOf(name + "=", from + 1); // data-href is no href
        }
        if (from < 0) {
            return "";
        }
        int start = from + name.length() + 1;
        if (start >= attributes.length()) {
            return "";
        }
        char quote = attributes.charAt(start);
        if (quote == '"' || quote == '\'') {
            int end = attributes.indexOf(quote, start + 1);
            return end < 0 ? "" : unescaped(attributes.substring(start + 1, end));
        }
        int end = start;
        while (end < attributes.length() && !Character.isWhitespace(attributes.charAt(end))) {
            end++;
        }
        return unescaped(attributes.substring(start, end));
    }

    static String unescaped(String text) {
        int amp = text.indexOf('&');
        if (amp < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            int end = c == '&'
                    ? text.substring(i, Math.min(text.length(), i + 12)).indexOf(';')
                    : -1;
            String value = end < 2 ? null : entity(text.substring(i + 1, i + end));
            if (value == null) {
                plain.append(c);
                i++;
            } else {
                plain.append(value);
                i += end + 1;
            }
        }
        return plain.toString();
    }

    private static @Nullable String entity(String name) {
        if (!name.startsWith("#")) {
            return ENTITIES.get(name);
        }
        try {
            int code = name.startsWith("#x") || name.startsWith("#X")
                    ? Integer.parseInt(name.substring(2), 16)
                    : Integer.parseInt(name.substring(1));
            return Character.isValidCodePoint(code) && code > 0 && !(code >= 0xD800 && code <= 0xDFFF)
                    ? Character.toString(code)
                    : "\uFFFD";
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static Map<String, String> entities() {
        String[] pairs = {
            "amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'", "nbsp", "\u00A0", "copy", "©", "reg", "®",
            "trade", "™", "hellip", "…", "mdash", "—", "ndash", "–", "lsquo", "‘", "rsquo", "’", "ldquo", "“", "rdquo",
            "”", "laquo", "«", "raquo", "»", "bull", "•", "middot", "·", "euro", "€", "pound", "£", "yen", "¥", "cent",
            "¢", "sect", "§", "para", "¶", "deg", "°", "plusmn", "±", "times", "×", "divide", "÷", "frac12", "½",
            "frac14", "¼", "rarr", "→", "larr", "←", "uarr", "↑", "darr", "↓", "harr", "↔", "auml", "ä", "ouml", "ö",
            "uuml", "ü", "Auml", "Ä", "Ouml", "Ö", "Uuml", "Ü", "szlig", "ß", "eacute", "é", "egrave", "è", "ecirc",
            "ê", "agrave", "à", "acirc", "â", "ccedil", "ç", "ntilde", "ñ", "aring", "å", "oslash", "ø", "aelig", "æ",
            "shy", "", "zwj", "", "zwnj", "", "ensp", " ", "emsp", " ", "thinsp", " "
        };
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            all.put(pairs[i], pairs[i + 1]);
        }
        return Map.copyOf(all);
    }
}
