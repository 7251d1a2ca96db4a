package dev.tenon.toolbox.data;

import dev.tenon.json.Json;
import dev.tenon.schema.Description;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolContext;
import dev.tenon.tool.ToolSpec.Trait;
import dev.tenon.toolbox.GuardedTool;
import dev.tenon.toolbox.RefusedException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Tools for data, numbers and times. They change nothing, know no file and no network, and run no code: expressions are read by parsers of their own. Thread-safe.
 */
public final class DataTools {
    private DataTools() {}

    record Convert(
            String text,
            @Description("JSON, YAML, CSV or XML") String from,
            @Description("JSON, YAML, CSV or XML") String to) {}

    record Query(
            String text,
            @Description("JSON (default), YAML, CSV or XML") Optional<String> format,

            @Description("JSON Pointer (RFC 6901), such as /items/0/name")
            String pointer) {}

    record Jsonata(
            String text,
            @Description("JSON (default), YAML, CSV or XML") Optional<String> format,

            @Description("JSONata, such as items[price > 10].{'name': name, 'total': $sum(parts.price)}")
            String expression) {}

    record Change(
            @Description("a JSON document") String document,

            @Description("JSON: an array of operations of RFC 6902, or for a merge an object of RFC 7386")
            String patch) {}

    record Evaluate(
            @Description("such as (1 + 0.2) * price ^ 2") String expression,
            @Description("values of names in it") Optional<Map<String, BigDecimal>> values) {}

    record Numbers(List<BigDecimal> numbers) {}

    record Now(
            @Description("such as Europe/Zurich; default UTC")
            Optional<String> zone) {}

    record Moment(
            @Description("such as 2026-11-25T10:00:00+01:00, or without offset in the zone")
            String time,

            @Description("the zone it is in, where it has no offset; default UTC")
            Optional<String> zone,

            @Description("the zone to tell it in; default the same")
            Optional<String> to,

            @Description("added to it, ISO 8601, such as PT90M, P3D or -P1D; days are calendar days of the zone")
            Optional<String> plus) {}

    record Between(
            @Description("with offset") String from,
            @Description("with offset") String to) {}

    record FeedText(
            @Description("the XML of an RSS or Atom feed") String xml,

            @Description("where it came from, for its relative links")
            Optional<String> url,

            @Description("entries, 1 to 200; default 20") Optional<Integer> most) {}

    /** All of them. */
    public static List<Tool> all() {
        return List.of(
                tool(
                        "data_convert",
                        "Converts data between JSON, YAML, CSV and XML",
                        Convert.class,
                        DataTools::convert),
                tool("data_get", "Gets the value at a place in data", Query.class, DataTools::get),
                tool(
                        "data_query",
                        "Works out a JSONata expression over data",
                        Jsonata.class,
                        (c, x) -> JsonataQuery.evaluate(
                                        c.expression(),
                                        Formats.of(c.format().orElse("JSON")).read(c.text()),
                                        JsonataQuery.SECONDS,
                                        x)
                                .toString()),
                tool(
                        "data_patch",
                        "Applies a JSON Patch to a document",
                        Change.class,
                        (c, x) ->
                                Patch.apply(json(c.document()), json(c.patch())).toString()),
                tool(
                        "data_merge",
                        "Applies a JSON Merge Patch to a document",
                        Change.class,
                        (c, x) ->
                                Patch.merge(json(c.document()), json(c.patch())).toString()),
                tool(
                        "math_evaluate",
                        "Works out an expression exactly",
                        Evaluate.class,
                        (c, x) -> number(
                                Calculator.evaluate(c.expression(), c.values().orElse(Map.of())))),
                tool(
                        "math_statistics",
                        "Sum, mean, median, quartiles, deviation of numbers",
                        Numbers.class,
                        (c, x) -> Statistics.of(c.numbers())),
                tool(
                        "time_now",
                        "The time now",
                        Now.class,
                        (c, x) -> told(x.time().now().atZone(zone(c.zone())))),
                tool("time_convert", "A time in another zone, or some time later", Moment.class, DataTools::moment),
                tool("time_between", "How long it is from one time to another", Between.class, DataTools::between),
                tool(
                        "feed_read",
                        "Reads an RSS or Atom feed",
                        FeedText.class,
                        (c, x) -> Feed.read(
                                c.xml(),
                                c.url().orElse(""),
                                Math.max(1, Math.min(200, c.most().orElse(20))))));
    }

    private static <A> Tool tool(
            String name, String description, Class<A> arguments, Tool.ContextFunction<A> function) {
        return GuardedTool.of(name, description, arguments, function).traits(Trait.READ_ONLY, Trait.IDEMPOTENT);
    }

    private static Json json(String text) {
        return Formats.JSON.read(text);
    }

    private static Object convert(Convert call, ToolContext context) {
        return Formats.of(call.to()).write(Formats.of(call.from()).read(call.text()));
    }

    private static Object get(Query call, ToolContext context) {
        Json data = Formats.of(call.format().orElse("JSON")).read(call.text());
        Patch.pointer(call.pointer());
        return data.at(call.pointer())
                .orElseThrow(() -> Formats.refused(
                        "there is nothing at \"" + RefusedException.shown(call.pointer()) + "\"",
                        "places that are there; \"\" is the whole"))
                .toString();
    }

    private static String number(BigDecimal value) {
        return Statistics.plain(value).toPlainString();
    }

    private static ZoneId zone(Optional<String> name) {
        try {
            return ZoneId.of(name.orElse("UTC"));
        } catch (DateTimeException e) {
            throw Formats.refused(
                    "there is no time zone \"" + RefusedException.shown(name.orElse("")) + "\"",
                    "names such as Europe/Zurich, or offsets such as +01:00");
        }
    }

    private static Object moment(Moment call, ToolContext context) {
        ZoneId zone = zone(call.zone());
        try {
            ZonedDateTime time = call.time().matches(".*(?:Z|[+-][0-9]{2}:?[0-9]{2})$")
                    ? offset(call.time()).atZoneSameInstant(zone)
                    : local(call.time(), zone);
            ZonedDateTime later =
                    call.plus().isEmpty() ? time : plus(time, call.plus().get());
            return told(later.withZoneSameInstant(call.to().isPresent() ? zone(call.to()) : zone));
        } catch (DateTimeException | ArithmeticException e) {
            throw beyond();
        }
    }

    private static RefusedException beyond() {
        return Formats.refused("that time lies beyond the calendar", "times of the years -999999999 to 999999999");
    }

    private static ZonedDateTime plus(ZonedDateTime time, String amount) {
        String plain = amount.startsWith("-") ? amount.substring(1) : amount;
        try {
            int at = plain.indexOf('T');
            java.time.Period days =
                    at == 1 ? java.time.Period.ZERO : java.time.Period.parse(at < 0 ? plain : plain.substring(0, at));
            Duration rest = at < 0 ? Duration.ZERO : Duration.parse("P" + plain.substring(at));
            return amount.startsWith("-")
                    ? time.minus(days).minus(rest)
                    : time.plus(days).plus(rest);
        } catch (java.time.format.DateTimeParseException e) {
            throw Formats.refused(
                    "\"" + RefusedException.shown(amount) + "\" is no amount of time",
                    "ISO 8601, such as PT90M, P3D, P1M or -P1DT12H");
        }
    }

    private static OffsetDateTime offset(String text) {
        try {
            return OffsetDateTime.parse(text);
        } catch (DateTimeException e) {
            throw Formats.refused(
                    "\"" + RefusedException.shown(text) + "\" is no time",
                    "ISO 8601, such as 2026-11-25T10:00:00+01:00");
        }
    }

    private static ZonedDateTime local(String text, ZoneId zone) {
        try {
            return LocalDateTime.parse(text.matches("[0-9-]{10}") ? text + "T00:00:00" : text)
                    .atZone(zone);
        } catch (DateTimeException e) {
            throw Formats.refused(
                    "\"" + RefusedException.shown(text) + "\" is no time", "ISO 8601, such as 2026-11-25T10:00:00");
        }
    }

    private static Json told(ZonedDateTime time) {
        return Json.object()
                .put(
                        "time",
                        time.toOffsetDateTime()
                                .truncatedTo(ChronoUnit.SECONDS)
                                .format(DateTimeFormatter.ISO_OFFSET_DATE_TIME))
                .put("zone", time.getZone().getId())
                .put("weekday", time.getDayOfWeek().getDisplayName(java.time.format.TextStyle.FULL, Locale.ENGLISH))
                .put("epochSeconds", time.toEpochSecond())
                .build();
    }

    private static Object between(Between call, ToolContext context) {
        Duration between = Duration.between(
                offset(call.from()).toInstant(), offset(call.to()).toInstant());
        return Json.object()
                .put("seconds", between.toSeconds())
                .put("duration", between.toString())
                .build();
    }
}
