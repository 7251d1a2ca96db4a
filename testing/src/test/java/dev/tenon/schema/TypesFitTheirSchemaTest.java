package dev.tenon.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.testing.Arbitrary;
import dev.tenon.testing.Gen;
import dev.tenon.testing.Property;
import dev.tenon.testing.Schemas;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The schema of a type and the mapping of its values say the same: what is written fits, and what fits is read. */
class TypesFitTheirSchemaTest {
    public enum Unit {
        CELSIUS,
        @JsonProperty("f")
        FAHRENHEIT
    }

    public record Place(String name, @Nullable Double height, Optional<Unit> unit) {}

    public record Reading(
            int count,
            long id,
            short small,
            byte tiny,
            char letter,
            boolean on,
            double value,
            BigDecimal exact,
            BigInteger huge,
            List<Place> places,
            Set<Unit> units,
            Map<String, Place> byName,
            List<@Nullable String> gaps,
            Json anything,
            Optional<List<Integer>> maybe) {}

    public record Tree(
            String label, List<Tree> children, @Nullable Tree twin) {}

    public sealed interface Figure {}

    public record Circle(double radius) implements Figure {}

    public record Square(double side, Optional<Figure> inside) implements Figure {}

    public record Empty() implements Figure {}

    public record Times(Instant at, Duration took, Optional<Duration> more) {}

    private static final List<Class<?>> OWN =
            List.of(Place.class, Reading.class, Tree.class, Figure.class, Circle.class, Times.class);

    private static final Arbitrary VALUES = Arbitrary.VALUES
            .with(short.class, Gen.whole(Short.MIN_VALUE, Short.MAX_VALUE).map(Long::shortValue))
            .with(byte.class, Gen.whole(Byte.MIN_VALUE, Byte.MAX_VALUE).map(Long::byteValue))
            .with(char.class, Gen.whole(' ', '~').map(c -> (char) c.intValue()))
            .with(Duration.class, Gen.whole(0, 400_000_000_000L).map(Duration::ofMillis))
            .with(Tree.class, Schemas.fitting(JsonSchema.of(Tree.class)).map(json -> json.as(Tree.class)));

    private static List<Class<?>> ofCore() {
        return new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.tenon.message", "dev.tenon.error", "dev.tenon.tool", "dev.tenon.provider")
                        .stream()
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                        .filter(type -> type.isRecord() && !type.isAssignableTo(Json.class))
                        // What holds a tool is no data: a tool is code.
                        .filter(type -> !type.getName().startsWith("dev.tenon.tool.Regist")
                                && !type.getName().startsWith("dev.tenon.tool.ToolRegistry"))
                        .<Class<?>>map(type -> type.reflect())
                        .sorted(Comparator.comparing(Class::getName))
                        .toList();
    }

    @TestFactory
    List<DynamicTest> whatIsWrittenFits() {
        return java.util.stream.Stream.concat(OWN.stream(), ofCore().stream())
                .map(type -> dynamicTest(type.getSimpleName(), () -> fits(type)))
                .toList();
    }

    private static <T> void fits(Class<T> type) {
        JsonSchema schema = JsonSchema.of(type);
        Property.forAll(
                VALUES.value(type),
                value -> assertThat(schema.validate(Json.of(value))).isEmpty());
    }

    @TestFactory
    List<DynamicTest> whatFitsIsRead() {
        return OWN.stream()
                .map(type -> dynamicTest(type.getSimpleName(), () -> reads(type)))
                .toList();
    }

    private static void reads(Class<?> type) {
        JsonSchema schema = JsonSchema.of(type);
        Property.forAll(Schemas.fitting(schema), json -> readOrTooWide(schema, json, type));
    }

    /** A schema knows no bound of {@code double}: what is beyond, or a whole number that would lose digits, is refused and says so; all else is read. */
    static void readOrTooWide(JsonSchema schema, Json json, Class<?> type) {
        Object value;
        try {
            value = json.as(type);
        } catch (JsonException e) {
            assertThat(e).hasMessageContaining("expected a number that a double can hold, got ");
            assertThat(hasNumberBeyondDouble(json)).as(e.getMessage()).isTrue();
            return;
        }
        assertThat(schema.validate(Json.of(value))).isEmpty();
    }

    /** Whether all numbers of a document are finite as a {@code double}. */
    static boolean isWithinDoubles(Json json) {
        return switch (json) {
            case Json.Num number -> Double.isFinite(number.doubleValue());
            case Json.Arr array -> array.items().stream().allMatch(TypesFitTheirSchemaTest::isWithinDoubles);
            case Json.Obj object ->
                object.members().values().stream().allMatch(TypesFitTheirSchemaTest::isWithinDoubles);
            default -> true;
        };
    }

    private static boolean hasNumberBeyondDouble(Json json) {
        return switch (json) {
            case Json.Num number ->
                !Double.isFinite(number.doubleValue())
                        || new BigDecimal(number.doubleValue()).compareTo(number.value()) != 0;
            case Json.Arr array -> array.items().stream().anyMatch(TypesFitTheirSchemaTest::hasNumberBeyondDouble);
            case Json.Obj object ->
                object.members().values().stream().anyMatch(TypesFitTheirSchemaTest::hasNumberBeyondDouble);
            default -> false;
        };
    }

    @Test
    void theSameTypeHasTheSameSchema() {
        assertThat(JsonSchema.of(Tree.class)).isSameAs(JsonSchema.of(Tree.class));
    }
}
