package dev.tenon.benchmarks;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Documents such as a model writes, of any size and always the same: orders with prices, flags and sentences. */
final class Answers {
    private static final String[] NAMES = {"lamp", "bread knife", "window", "desk", "teapot", "oak shelf"};
    private static final String[] NOTES = {
        "Arrived with a scratch on the left side.",
        "Customer asked for \"blue\" but blue was sold out.",
        "Line one\nline two",
        "Größe M – naïve café ☕",
        ""
    };

    /** An order, as a model is asked for it. */
    record Order(int id, String name, double price, boolean inStock, List<String> tags, String note) {}

    /** The whole document. */
    record Orders(List<Order> orders) {}

    private Answers() {}

    /** A valid document of about this many characters, indented as models write. */
    static String valid(int size) {
        Random random = new Random(7);
        StringBuilder text = new StringBuilder("{\n  \"orders\": [\n");
        for (int id = 1000; text.length() < size - 4; id++) {
            if (id > 1000) text.append(",\n");
            text.append("    ").append(order(random, id));
        }
        return text.append("\n  ]\n}").toString();
    }

    /** The same document with the slips of a model: prose, a fence, other quotes and literals, comments, trailing commas. */
    static String broken(int size) {
        String slips = valid(size)
                .replace("\": true", "\": True")
                .replace("\": false", "\": False")
                .replace("\"id\":", "id:")
                .replace("\"name\":", "'name':")
                .replace("\"price\":", "// net\n      price:")
                .replaceAll("\"([a-z]+)\"([,\\]])", "'$1'$2")
                .replace("},\n", ",},\n");
        return "Sure! Here is the list you asked for:\n\n```json\n" + slips + "\n```\n\nLet me know if you need more.";
    }

    /** The same document, cut off within the price of its last order. */
    static String cut(int size) {
        String whole = valid(size);
        return whole.substring(0, whole.lastIndexOf("\"price\":") + 10);
    }

    private static String order(Random random, int id) {
        Map<String, Json> members = new LinkedHashMap<>();
        members.put("id", Json.of(id));
        members.put("name", Json.of(NAMES[random.nextInt(NAMES.length)]));
        members.put("price", Json.of(random.nextInt(1, 100_000) / 100.0));
        members.put("inStock", Json.of(random.nextBoolean()));
        List<Json> tags = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            tags.add(Json.of(NAMES[random.nextInt(NAMES.length)]));
        }
        members.put("tags", Json.of(tags));
        members.put("note", Json.of(NOTES[random.nextInt(NOTES.length)]));
        return Json.of(members).toString();
    }
}
