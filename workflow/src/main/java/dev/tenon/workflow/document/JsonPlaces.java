package dev.tenon.workflow.document;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the places of a JSON text that was read: it is known to be JSON, so only its values have to be told apart. Not thread-safe. */
final class JsonPlaces {
    private final Reading reading;
    private final String text;
    private int at;
    private int values;

    JsonPlaces(Reading reading) {
        this.reading = reading;
        this.text = reading.text();
    }

    Read read(Json value) {
        Place root = place(value);
        if (values > Document.MAX_VALUES) {
            reading.wrong(Flaw.Rule.MANY, -1, "expected at most " + Document.MAX_VALUES + " values, got " + values, "");
            return Reading.NOTHING;
        }
        return new Read(value, root);
    }

    private Place place(Json value) {
        values++;
        skip();
        int from = at;
        return switch (value) {
            case Json.Obj object -> {
                Map<String, Integer> names = new LinkedHashMap<>();
                Map<String, Place> members = new LinkedHashMap<>();
                at++;
                object.forEach((name, member) -> {
                    skip();
                    names.put(name, at);
                    string();
                    skip();
                    at++; // :
                    members.put(name, place(member));
                    skip();
                    if (text.charAt(at) == ',') {
                        at++;
                    }
                });
                skip();
                at++;
                yield new Place(from, (char) 0, names, members, List.of());
            }
            case Json.Arr array -> {
                List<Place> items = new ArrayList<>(array.size());
                at++;
                for (Json item : array) {
                    items.add(place(item));
                    skip();
                    if (text.charAt(at) == ',') {
                        at++;
                    }
                }
                skip();
                at++;
                yield new Place(from, (char) 0, Map.of(), Map.of(), items);
            }
            case Json.Str string -> {
                string();
                yield Place.scalar(from, '"');
            }
            default -> {
                while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
                    at++;
                }
                yield Place.scalar(from, (char) 0);
            }
        };
    }

    private void string() {
        at++;
        while (text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        at++;
    }

    private void skip() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }
}
