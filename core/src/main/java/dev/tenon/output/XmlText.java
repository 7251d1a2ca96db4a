package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.schema.Written;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The XML that models write: elements, attributes, text, CDATA, comments, the five entities and characters by number. There are no
 * document types, so nothing can be fetched or expanded. The outermost element is not part of the value: it is its name.
 *
 * <p>An element with neither children nor attributes is its text; several children of one name are an array.
 */
final class XmlText {
    private static final class Element {
        final String name;
        final Map<String, List<Written>> members = new LinkedHashMap<>();
        final StringBuilder text = new StringBuilder();

        Element(String name) {
            this.name = name;
        }

        void add(String member, Written value) {
            members.computeIfAbsent(member, m -> new ArrayList<>()).add(value);
        }

        Written value() {
            if (members.isEmpty()) {
                return new Written.Text(text.toString().strip(), true, false);
            }
            List<Written.Member> all = new ArrayList<>();
            members.forEach((member, values) -> all.add(new Written.Member(
                    member, values.size() == 1 ? values.getFirst() : new Written.Items(values, false))));
            if (!text.toString().isBlank()) {
                all.add(new Written.Member(
                        "text", new Written.Text(text.toString().strip(), false, false)));
            }
            return new Written.Members(all, false);
        }
    }

    private final String text;
    private final Fixes fixes;
    private final List<Element> open = new ArrayList<>();
    private @Nullable Written root;
    private int at;

    private XmlText(String text, Fixes fixes) {
        this.text = text;
        this.fixes = fixes;
    }

    static Written read(String text, Fixes fixes) {
        XmlText reader = new XmlText(text, fixes);
        reader.all();
        Written root = reader.root;
        if (root == null) {
            throw Refusal.of("output.unreadable", "the text holds no XML element");
        }
        return root;
    }

    private int line() {
        return 1
                + (int) text.substring(0, Math.min(at, text.length()))
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
    }

    private void all() {
        while (at < text.length() && root == null) {
            int tag = text.indexOf('<', at);
            String before = text.substring(at, tag < 0 ? text.length() : tag);
            if (!open.isEmpty()) {
                open.getLast().text.append(unescaped(before));
            } else if (!before.isBlank()) {
                fixes.add(new Fix(Fix.Kind.SURROUNDINGS, "", "", ""));
            }
            if (tag < 0) {
                at = text.length();
                break;
            }
            at = tag;
            markup();
        }
        if (root == null && !open.isEmpty()) {
            fixes.add(new Fix(Fix.Kind.CUT_OFF, "", "", "</" + open.getFirst().name + ">"));
            while (!open.isEmpty()) {
                close();
            }
        } else if (at < text.length() && !text.substring(at).isBlank()) {
            fixes.add(new Fix(Fix.Kind.SURROUNDINGS, "", "", ""));
        }
    }

    private void markup() {
        if (text.startsWith("<!--", at)) {
            at = after("-->", at + 4);
        } else if (text.startsWith("<![CDATA[", at)) {
            int end = text.indexOf("]]>", at);
            String data = text.substring(at + 9, end < 0 ? text.length() : end);
            if (!open.isEmpty()) {
                open.getLast().text.append(data);
            }
            at = end < 0 ? text.length() : end + 3;
        } else if (text.startsWith("<?", at)) {
            at = after("?>", at + 2);
        } else if (text.startsWith("<!", at)) {
            throw Refusal.unreadable("XML", line(), "document types are not read");
        } else if (text.startsWith("</", at)) {
            int end = after(">", at);
            closing(text.substring(at + 2, Math.max(at + 2, end - 1)).strip());
            at = end;
        } else {
            opening();
        }
    }

    private int after(String mark, int from) {
        int end = text.indexOf(mark, from);
        return end < 0 ? text.length() : end + mark.length();
    }

    /** An end tag. It closes what is still open within it. */
    private void closing(String name) {
        boolean known = open.stream().anyMatch(element -> element.name.equals(name));
        if (!known) {
            fixes.add(new Fix(Fix.Kind.BRACKET, "", "</" + name + ">", ""));
            return;
        }
        while (!open.getLast().name.equals(name)) {
            fixes.add(new Fix(Fix.Kind.BRACKET, "", "", "</" + open.getLast().name + ">"));
            closeUnended();
        }
        close();
    }

    /** An element without its end tag. Where it has text, that is all of it, and what follows stands beside it. */
    private void closeUnended() {
        Element element = open.getLast();
        if (open.size() < 2 || element.text.toString().isBlank() || element.members.isEmpty()) {
            close();
            return;
        }
        open.removeLast();
        Element parent = open.getLast();
        parent.add(element.name, new Written.Text(element.text.toString().strip(), true, false));
        element.members.forEach((name, values) -> values.forEach(value -> parent.add(name, value)));
    }

    private void close() {
        Element element = open.removeLast();
        if (open.isEmpty()) {
            root = element.value();
        } else {
            open.getLast().add(element.name, element.value());
        }
    }

    private void opening() {
        int i = at + 1;
        int start = i;
        while (i < text.length() && nameSign(text.charAt(i))) {
            i++;
        }
        if (i == start) {
            // A sign of less, not a tag.
            if (!open.isEmpty()) {
                open.getLast().text.append('<');
                fixes.add(new Fix(Fix.Kind.ESCAPE, "", "<", "&lt;"));
            }
            at++;
            return;
        }
        if (open.size() >= Json.MAX_DEPTH) {
            throw Refusal.unreadable("XML", line(), "nested deeper than " + Json.MAX_DEPTH + " levels");
        }
        Element element = new Element(text.substring(start, i));
        at = i;
        boolean empty = attributes(element);
        open.add(element);
        if (empty) {
            close();
        }
    }

    private static boolean nameSign(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.' || c == ':';
    }

    /** The attributes up to the end of the tag; whether the element ends with it. */
    private boolean attributes(Element element) {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '>') {
                at++;
                return false;
            }
            if (c == '/' && at + 1 < text.length() && text.charAt(at + 1) == '>') {
                at += 2;
                return true;
            }
            int start = at;
            while (at < text.length() && nameSign(text.charAt(at))) {
                at++;
            }
            if (at == start) {
                at++;
                continue;
            }
            String name = text.substring(start, at);
            int sign = at;
            while (sign < text.length() && text.charAt(sign) <= ' ') {
                sign++;
            }
            if (sign < text.length() && text.charAt(sign) == '=') {
                at = sign + 1;
                element.add(name, new Written.Text(unescaped(attributeValue()), true, false));
            }
        }
        return false;
    }

    private String attributeValue() {
        while (at < text.length() && text.charAt(at) <= ' ') {
            at++;
        }
        if (at == text.length()) {
            return "";
        }
        char quote = text.charAt(at);
        if (quote == '"' || quote == '\'') {
            int end = text.indexOf(quote, at + 1);
            String value = text.substring(at + 1, end < 0 ? text.length() : end);
            at = end < 0 ? text.length() : end + 1;
            return value;
        }
        int start = at;
        while (at < text.length() && text.charAt(at) > ' ' && text.charAt(at) != '>') {
            at++;
        }
        fixes.add(new Fix(Fix.Kind.QUOTES, "", text.substring(start, at), ""));
        return text.substring(start, at);
    }

    private static String unescaped(String escaped) {
        if (escaped.indexOf('&') < 0) {
            return escaped;
        }
        Unescaping entities = new Unescaping(Unescaping.Kind.ENTITY);
        for (int i = 0; i < escaped.length(); i++) {
            entities.take(escaped.charAt(i), i);
        }
        entities.finish();
        return entities.out.text(0, entities.out.end);
    }
}
