package dev.tenon.toolbox.data;

import dev.tenon.json.Json;
import dev.tenon.toolbox.data.XmlText.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads RSS 2.0, RSS 1.0 and Atom (RFC 4287): title, and of each entry title, link, date, summary. */
final class Feed {
    private static final int MOST_SUMMARY = 2000;

    private Feed() {}

    static Json read(String text, int most) {
        Element root = XmlText.element(text);
        boolean atom = root.name.equals("feed");
        Optional<Element> channel = root.name.equals("rss") ? child(root, "channel") : Optional.of(root);
        if (channel.isEmpty() || !(atom || root.name.equals("rss") || root.name.equals("RDF"))) {
            throw Formats.refused("the XML is no feed: its root is <" + root.name + ">", "RSS or Atom");
        }
        List<Json> entries = new ArrayList<>();
        Element list = root.name.equals("RDF") ? root : channel.get();
        for (Element each : list.children) {
            if (each.name.equals(atom ? "entry" : "item") && entries.size() < most) {
                entries.add(entry(each, atom));
            }
        }
        Element head = root.name.equals("RDF") ? child(root, "channel").orElse(root) : channel.get();
        return Json.object()
                .put("title", text(head, "title"))
                .put("entries", Json.Arr.of(entries))
                .build();
    }

    private static Json entry(Element entry, boolean atom) {
        String summary = first(entry, "summary", "description", "content", "encoded");
        return Json.object()
                .put("title", text(entry, "title"))
                .put("link", atom ? href(entry) : text(entry, "link"))
                .put("date", first(entry, "updated", "published", "pubDate", "date"))
                .put("summary", summary.length() > MOST_SUMMARY ? summary.substring(0, MOST_SUMMARY) + "…" : summary)
                .build();
    }

    private static String href(Element entry) {
        for (Element each : entry.children) {
            if (each.name.equals("link")
                    && each.attributes.getOrDefault("rel", "alternate").equals("alternate")) {
                return each.attributes.getOrDefault("href", "");
            }
        }
        return "";
    }

    private static String first(Element element, String... names) {
        for (String name : names) {
            String text = text(element, name);
            if (!text.isEmpty()) {
                return text;
            }
        }
        return "";
    }

    private static String text(Element element, String name) {
        return child(element, name).map(each -> each.text.toString().strip()).orElse("");
    }

    private static Optional<Element> child(Element element, String name) {
        return element.children.stream().filter(each -> each.name.equals(name)).findFirst();
    }
}
