package dev.tenon.examples;

import static dev.tenon.testing.Reply.json;
import static dev.tenon.testing.Reply.toolCall;
import static dev.tenon.testing.Reply.words;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.Content;
import dev.tenon.openai.OpenAi;
import dev.tenon.testing.ModelRequest;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.Reply;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The model that {@link Quickstart} talks to where no key is set: a real HTTP server on this machine, whose answers are computed from what it is sent. It
 * knows no weather and no time; both come from the tools.
 */
final class ScriptedModel {
    private static final Pattern PLACE = Pattern.compile("\\b(?:in|and|or|for|to) ((?:\\p{Lu}[\\p{L}'-]+ ?)+)");

    private ScriptedModel() {}

    /** Starts it, and connects to it as to any other host. It ends with the program. */
    static OpenAi connect() {
        return OpenAi.connect(start().url("/v1").toString()).build();
    }

    /** Starts it. It takes its time, as models do. */
    static ModelServer start() {
        return ModelServer.start(
                asked -> answer(asked).after(Duration.ofMillis(300)).pausing(Duration.ofMillis(40)));
    }

    private static Reply answer(ModelRequest asked) {
        List<String> places = PLACE.matcher(asked.lastUserText())
                .results()
                .map(found -> found.group(1).strip())
                .distinct()
                .toList();
        List<Json> results =
                asked.toolResults().stream().map(ScriptedModel::read).toList();
        if (places.isEmpty()) {
            return words(
                    "I am a script, and know only questions about places, such as: Do I need an umbrella in Oslo?");
        }
        if (results.isEmpty()) {
            return places.stream()
                    .map(place -> Json.object("city", place))
                    .map(place -> toolCall("weather", place).and(toolCall("local_time", place)))
                    .reduce(Reply::and)
                    .orElseThrow();
        }
        return asked.wantsJson()
                ? record(places.get(0), results.get(0))
                : words(IntStream.range(0, places.size())
                        .mapToObj(i -> sentence(places.get(i), results.get(2 * i), results.get(2 * i + 1)))
                        .collect(Collectors.joining(" ")));
    }

    private static String sentence(String place, Json weather, Json time) {
        return "In " + place + " it is " + said(time, "/time") + ", " + said(weather, "/celsius") + " degrees and "
                + said(weather, "/sky") + ": " + (wet(weather) ? "take an umbrella." : "leave the umbrella at home.");
    }

    private static Reply record(String place, Json weather) {
        return json(Json.object()
                .put("city", place)
                .put("celsius", weather.at("/celsius").orElse(Json.of(0)))
                .put("umbrella", wet(weather))
                .build());
    }

    private static boolean wet(Json weather) {
        return said(weather, "/sky").contains("rain");
    }

    private static String said(Json result, String pointer) {
        Json found = result.at(pointer).orElse(Json.of("unknown (" + text(result) + ")"));
        return text(found);
    }

    private static String text(Json json) {
        return json instanceof Json.Str text ? text.value() : json.toString();
    }

    /** A tool that fails says so in words. */
    private static Json read(Content.ToolResult result) {
        try {
            return Json.parse(result.text());
        } catch (JsonException e) {
            return Json.of(result.text());
        }
    }
}
