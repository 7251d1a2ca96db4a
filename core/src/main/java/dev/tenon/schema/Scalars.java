package dev.tenon.schema;

import dev.tenon.json.Json;
import java.io.File;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Calendar;
import java.util.Currency;
import java.util.Date;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The classes whose JSON form is a single value, or anything. {@code int} and {@code long} say their width as {@code format}, by the
 * OpenAPI format registry: what fits the schema fits the variable.
 */
final class Scalars {
    private static final Map<Class<?>, Supplier<Draft>> TABLE = table();

    private Scalars() {}

    /** The schema of a class; null where it is none of these. */
    static @Nullable Draft of(Class<?> type) {
        Supplier<Draft> known = TABLE.get(type);
        if (known != null) {
            return known.get();
        }
        if (JsonNode.class.isAssignableFrom(type)) {
            return new Draft();
        }
        if (Path.class.isAssignableFrom(type)
                || ZoneId.class.isAssignableFrom(type)
                || TimeZone.class.isAssignableFrom(type)) {
            return Draft.type("string");
        }
        if (Date.class.isAssignableFrom(type) || Calendar.class.isAssignableFrom(type)) {
            return text("date-time");
        }
        return ByteBuffer.class.isAssignableFrom(type) ? base64() : null;
    }

    private static Draft text(String format) {
        return Draft.type("string").put("format", format);
    }

    private static Draft matching(String pattern) {
        return Draft.type("string").put("pattern", pattern);
    }

    private static Draft base64() {
        return Draft.type("string").put("contentEncoding", "base64");
    }

    /** A code point that is one {@code char}: an emoji is two. */
    private static Draft character() {
        return matching("^[\\u0000-\\uFFFF]$").put("minLength", 1).put("maxLength", 1);
    }

    private static Draft whole(long least, long most) {
        return Draft.type("integer").put("minimum", least).put("maximum", most);
    }

    private static Map<Class<?>, Supplier<Draft>> table() {
        Map<Class<?>, Supplier<Draft>> all = new HashMap<>();
        put(all, () -> Draft.type("string"), String.class, CharSequence.class, StringBuilder.class, char[].class);
        put(all, () -> Draft.type("string"), Locale.class, Currency.class, File.class, ZoneOffset.class);
        put(all, Scalars::character, char.class, Character.class);
        put(all, () -> Draft.type("boolean"), boolean.class, Boolean.class, AtomicBoolean.class);
        put(all, () -> whole(Byte.MIN_VALUE, Byte.MAX_VALUE), byte.class, Byte.class);
        put(all, () -> whole(Short.MIN_VALUE, Short.MAX_VALUE), short.class, Short.class);
        Supplier<Draft> int32 = () -> Draft.type("integer").put("format", "int32");
        put(all, int32, int.class, Integer.class, AtomicInteger.class);
        Supplier<Draft> int64 = () -> Draft.type("integer").put("format", "int64");
        put(all, int64, long.class, Long.class, AtomicLong.class);
        put(all, () -> int32.get().orNull(), OptionalInt.class);
        put(all, () -> int64.get().orNull(), OptionalLong.class);
        put(all, () -> Draft.type("number").orNull(), OptionalDouble.class);
        put(all, () -> Draft.type("integer"), BigInteger.class);
        put(all, () -> Draft.type("number"), float.class, Float.class, double.class, Double.class);
        put(all, () -> Draft.type("number"), BigDecimal.class, Number.class, Json.Num.class);
        put(all, () -> text("date"), LocalDate.class);
        put(all, () -> text("date-time"), Instant.class, OffsetDateTime.class, ZonedDateTime.class);
        put(all, () -> text("date-time-local"), LocalDateTime.class);
        put(all, () -> text("time"), OffsetTime.class);
        put(all, () -> text("time-local"), LocalTime.class);
        put(all, () -> text("duration"), Duration.class, Period.class);
        put(all, () -> Draft.type("integer"), Year.class);
        put(all, () -> matching("^\\d{4}-(0[1-9]|1[0-2])$"), YearMonth.class);
        put(all, () -> matching("^--(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$"), MonthDay.class);
        put(all, () -> text("uuid"), UUID.class);
        put(all, () -> text("uri"), URI.class, URL.class);
        put(all, () -> text("regex"), Pattern.class);
        put(all, Scalars::base64, byte[].class);
        put(all, Draft::new, Object.class, Json.class, JsonSchema.class);
        put(all, () -> Draft.type("object"), Json.Obj.class);
        put(all, () -> Draft.type("array"), Json.Arr.class);
        put(all, () -> Draft.type("string"), Json.Str.class);
        put(all, () -> Draft.type("boolean"), Json.Bool.class);
        put(all, () -> Draft.type("null"), Json.Null.class, Void.class);
        return Map.copyOf(all);
    }

    private static void put(Map<Class<?>, Supplier<Draft>> all, Supplier<Draft> draft, Class<?>... types) {
        for (Class<?> type : types) {
            all.put(type, draft);
        }
    }
}
