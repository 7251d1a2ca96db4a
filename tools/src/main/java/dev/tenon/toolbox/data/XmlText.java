package dev.tenon.toolbox.data;

import dev.tenon.json.Json;
import dev.tenon.toolbox.RefusedException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * XML without document types, so without entities of its own, external or not: a text with one is refused as a whole.
 *
 * <p>As JSON an element is an object of its name; its attributes are members with an {@code @} before their names, its text the member {@code #text}; an element of text alone is that text, and several
 * of one name are an array.
 */
final class XmlText {
    private static final int DEEPEST = 200;
    private static final int MOST_NODES = 200_000;

    private XmlText() {}

    /** An element, for those who read a document by themselves. */
    static final class Element {
        final String name;

        /** The name's namespace; empty where it has none. */
        final String space;

        /** Where in the text of the element above it stands. */
        final int at;

        final Map<String, String> attributes = new LinkedHashMap<>();
        final List<Element> children = new ArrayList<>();
        final StringBuilder text = new StringBuilder();

        Element(String name, @Nullable String space, int at) {
            this.name = name;
            this.space = space == null ? "" : space;
            this.at = at;
        }

        /** All text in it, in order. */
        String whole() {
            StringBuilder all = new StringBuilder();
            whole(all);
            return all.toString();
        }

        private void whole(StringBuilder all) {
            int from = 0;
            for (Element child : children) {
                all.append(text, from, child.at);
                child.whole(all);
                from = child.at;
            }
            all.append(text, from, text.length());
        }
    }

    static Element element(String text) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("nothing is fetched");
        });
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(
                    new StringReader(withoutMark(text).strip()));
            try {
                return root(reader);
            } finally {
                reader.close();
            }
        } catch (XMLStreamException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNumber();
            throw Formats.refused("the text is no XML at line " + line, "well-formed XML without a document type");
        }
    }

    /** Without the byte order mark that files begin with. */
    private static String withoutMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static Element root(XMLStreamReader reader) throws XMLStreamException {
        Deque<Element> open = new ArrayDeque<>();
        int nodes = 0;
        Element root = new Element("", "", 0);
        open.push(root);
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.DTD,
                        XMLStreamConstants.ENTITY_DECLARATION,
                        XMLStreamConstants.ENTITY_REFERENCE -> throw doctype();
                case XMLStreamConstants.START_ELEMENT -> {
                    Element element = new Element(
                            reader.getLocalName(),
                            reader.getNamespaceURI(),
                            open.element().text.length());
                    for (int i = 0; i < reader.getAttributeCount(); i++) {
                        String name = reader.getAttributeLocalName(i);
                        // Two of one name are of different namespaces.
                        boolean taken = element.attributes.containsKey(name);
                        element.attributes.put(
                                taken ? reader.getAttributePrefix(i) + ":" + name : name, reader.getAttributeValue(i));
                    }
                    open.element().children.add(element);
                    open.push(element);
                    if (open.size() > DEEPEST) {
                        throw Formats.refused("the XML nests deeper than " + DEEPEST, "flatter XML");
                    }
                    nodes += 1 + reader.getAttributeCount();
                    if (nodes > MOST_NODES) {
                        throw Formats.refused(
                                "the XML has more than " + MOST_NODES + " elements and attributes", "smaller XML");
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> open.pop();
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
                    open.element().text.append(reader.getText());
                default -> {}
            }
        }
        return root.children.get(0);
    }

    private static RefusedException doctype() {
        return Formats.refused("the XML has a document type or an entity of its own", "XML without <!DOCTYPE …>");
    }

    static Json read(String text) {
        Element root = element(text);
        return Json.Obj.of(Map.of(root.name, json(root)));
    }

    private static Json json(Element element) {
        String text = element.text.toString().strip();
        if (element.attributes.isEmpty() && element.children.isEmpty()) {
            return new Json.Str(text);
        }
        Map<String, Json> members = new LinkedHashMap<>();
        element.attributes.forEach((name, value) -> members.put("@" + name, new Json.Str(value)));
        Map<String, List<Json>> children = new LinkedHashMap<>();
        for (Element child : element.children) {
            children.computeIfAbsent(child.name, name -> new ArrayList<>()).add(json(child));
        }
        children.forEach((name, values) -> members.put(name, values.size() == 1 ? values.get(0) : Json.Arr.of(values)));
        if (!text.isEmpty()) {
            members.put("#text", new Json.Str(text));
        }
        return Json.Obj.of(members);
    }

    static String write(Json value) {
        if (!(value instanceof Json.Obj object) || object.size() != 1) {
            throw Formats.refused("XML is written of an object of one member, its root", "an object of one member");
        }
        StringBuilder out = new StringBuilder();
        object.forEach((name, member) -> write(out, name, member));
        return out.toString();
    }

    private static void write(StringBuilder out, String name, Json value) {
        if (value instanceof Json.Arr array) {
            for (Json item : array) {
                write(out, name, item);
            }
            return;
        }
        checked(name);
        // The name of an array stands at each of its items.
        if (out.length() > 2 * Formats.MOST) {
            throw Formats.refused("the XML would have more than " + 2 * Formats.MOST + " characters", "smaller data");
        }
        out.append('<').append(name);
        if (!(value instanceof Json.Obj object)) {
            out.append('>')
                    .append(escaped(plain(value)))
                    .append("</")
                    .append(name)
                    .append('>');
            return;
        }
        object.forEach((member, each) -> {
            if (member.startsWith("@")) {
                out.append(' ')
                        .append(checked(member.substring(1)))
                        .append("=\"")
                        .append(escaped(plain(each)))
                        .append('"');
            }
        });
        out.append('>');
        object.forEach((member, each) -> {
            if (member.equals("#text")) {
                out.append(escaped(plain(each)));
            } else if (!member.startsWith("@")) {
                write(out, member, each);
            }
        });
        out.append("</").append(name).append('>');
    }

    private static String checked(String name) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9._-]*")) {
            throw Formats.refused(
                    "\"" + RefusedException.shown(name) + "\" is no name of an XML element",
                    "names of letters, digits, '.', '_' and '-'");
        }
        return name;
    }

    private static String plain(Json value) {
        return value instanceof Json.Str text ? text.value() : value.isNull() ? "" : value.toString();
    }

    private static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\n', '\t' -> out.append(c);
                case '\r' -> out.append("&#13;");
                default -> out.append(isCharacter(text, i) ? c : '\uFFFD');
            }
        }
        return out.toString();
    }

    /** Whether XML 1.0 has it: no control characters, and no half of a pair. */
    private static boolean isCharacter(String text, int at) {
        char c = text.charAt(at);
        boolean half = Character.isHighSurrogate(c)
                ? at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1))
                : Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
        return c >= ' ' && c != 0xFFFE && c != 0xFFFF && !half;
    }
}
