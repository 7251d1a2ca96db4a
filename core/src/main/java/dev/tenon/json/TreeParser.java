package dev.tenon.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.Base64Variant;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.Version;
import tools.jackson.core.base.ParserMinimalBase;
import tools.jackson.core.util.SimpleStreamReadContext;

/** Reads a {@link Json} as Jackson's mapper wants to read, without copying it into tokens first. Not thread-safe. */
final class TreeParser extends ParserMinimalBase {
    /** An open array or object. */
    private static final class Level {
        final @Nullable Level above;
        final @Nullable Members members;
        final List<Json> items;
        int next;

        Level(@Nullable Level above, Json container) {
            this.above = above;
            this.members = container instanceof Json.Obj object ? Members.of(object.members()) : null;
            this.items = container instanceof Json.Arr array ? array.items() : List.of();
        }

        int size() {
            return members == null ? items.size() : members.size();
        }
    }

    private SimpleStreamReadContext context = SimpleStreamReadContext.createRootContext(null);
    private @Nullable Level level;
    private boolean begun;
    /** What the current token begins, or is. */
    private Json current;

    TreeParser(Json json) {
        super(ObjectReadContext.empty());
        this.current = json;
    }

    @Override
    public @Nullable JsonToken nextToken() {
        Level open = level;
        if (open == null) {
            if (begun) {
                return _updateTokenToNull();
            }
            begun = true;
            return enter();
        }
        if (_currToken == JsonToken.PROPERTY_NAME) {
            return enter();
        }
        if (open.next == open.size()) {
            level = open.above;
            context = context.clearAndGetParent();
            return _updateToken(open.members == null ? JsonToken.END_ARRAY : JsonToken.END_OBJECT);
        }
        int at = open.next++;
        context.valueRead();
        if (open.members == null) {
            current = open.items.get(at);
            return enter();
        }
        current = open.members.value(at);
        context.setCurrentName(open.members.name(at));
        return _updateToken(JsonToken.PROPERTY_NAME);
    }

    private JsonToken enter() {
        return _updateToken(
                switch (current) {
                    case Json.Null n -> JsonToken.VALUE_NULL;
                    case Json.Bool b -> b.value() ? JsonToken.VALUE_TRUE : JsonToken.VALUE_FALSE;
                    case Json.Num n -> integer(n) ? JsonToken.VALUE_NUMBER_INT : JsonToken.VALUE_NUMBER_FLOAT;
                    case Json.Str s -> JsonToken.VALUE_STRING;
                    case Json.Arr a -> {
                        level = new Level(level, a);
                        context = context.createChildArrayContext(-1, -1);
                        yield JsonToken.START_ARRAY;
                    }
                    case Json.Obj o -> {
                        level = new Level(level, o);
                        context = context.createChildObjectContext(-1, -1);
                        yield JsonToken.START_OBJECT;
                    }
                });
    }

    /** Whether a number is written without a point and an exponent, however long. */
    private static boolean integer(Json.Num number) {
        return number.fits() || number.value().scale() == 0;
    }

    /** The value that the current token begins, which is then passed over; what has no value of its own is read on to. */
    Json take() {
        if (_currToken == null || _currToken == JsonToken.PROPERTY_NAME) {
            nextToken();
        }
        Json taken = current;
        if (taken instanceof Json.Arr || taken instanceof Json.Obj) {
            Level open = level;
            if (open != null) {
                open.next = open.size();
                nextToken();
            }
        }
        return taken;
    }

    @Override
    public @Nullable String currentName() {
        // Of the start of a container the name is that under which it stands.
        return _currToken == JsonToken.START_OBJECT || _currToken == JsonToken.START_ARRAY
                ? context.getParent().currentName()
                : context.currentName();
    }

    @Override
    public String getString() {
        JsonToken token = _currToken;
        if (token == null) {
            return "";
        }
        return switch (token) {
            case PROPERTY_NAME -> String.valueOf(context.currentName());
            case VALUE_STRING -> ((Json.Str) current).value();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number().text();
            default -> String.valueOf(token.asString());
        };
    }

    @Override
    public char[] getStringCharacters() {
        return getString().toCharArray();
    }

    @Override
    public int getStringLength() {
        return getString().length();
    }

    @Override
    public int getStringOffset() {
        return 0;
    }

    @Override
    public boolean hasStringCharacters() {
        return false;
    }

    private Json.Num number() {
        if (_currToken == JsonToken.VALUE_NUMBER_INT || _currToken == JsonToken.VALUE_NUMBER_FLOAT) {
            return (Json.Num) current;
        }
        throw _constructNotNumericType(_currToken, 0);
    }

    @Override
    public Number getNumberValue() {
        Json.Num number = number();
        if (number.fits()) {
            return number.longValue();
        }
        return integer(number) ? number.value().toBigInteger() : number.value();
    }

    @Override
    public NumberType getNumberType() {
        Json.Num number = number();
        return number.fits() ? NumberType.LONG : integer(number) ? NumberType.BIG_INTEGER : NumberType.BIG_DECIMAL;
    }

    @Override
    public NumberTypeFP getNumberTypeFP() {
        return _currToken == JsonToken.VALUE_NUMBER_FLOAT ? NumberTypeFP.BIG_DECIMAL : NumberTypeFP.UNKNOWN;
    }

    @Override
    public int getIntValue() {
        long value = getLongValue();
        if (value != (int) value) {
            _reportOverflowInt();
        }
        return (int) value;
    }

    @Override
    public long getLongValue() {
        Json.Num number = number();
        if (number.fits()) {
            return number.longValue();
        }
        BigDecimal value = number.value();
        if (value.compareTo(LEAST) < 0 || value.compareTo(MOST) > 0) {
            _reportOverflowLong();
        }
        return value.longValue();
    }

    private static final BigDecimal LEAST = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

    @Override
    public BigInteger getBigIntegerValue() {
        Json.Num number = number();
        if (number.fits()) {
            return BigInteger.valueOf(number.longValue());
        }
        BigDecimal value = number.value();
        streamReadConstraints().validateBigIntegerScale(value.scale());
        return value.toBigInteger();
    }

    @Override
    public float getFloatValue() {
        Json.Num number = number();
        float nearest = number.fits() ? number.longValue() : number.value().floatValue();
        checkHeld(number, nearest, Float.toString(nearest), "float");
        return nearest;
    }

    @Override
    public double getDoubleValue() {
        Json.Num number = number();
        double nearest = number.doubleValue();
        if (!number.fits() || Math.abs(nearest) >= EXACT) {
            checkHeld(number, nearest, Double.toString(nearest), "double");
        }
        return nearest;
    }

    /** Up to here every whole number is a {@code double}. */
    private static final double EXACT = 1L << 53;

    /**
     * Refuses a number that its nearest one of a type cannot stand for: digits behind the point are rounded as always, but none of a whole number may get lost, and
     * infinity is not the value of anything.
     *
     * @param written as Java writes the nearest, which is how it would have been written in JSON
     */
    private void checkHeld(Json.Num number, double nearest, String written, String type) {
        boolean lost = Double.isInfinite(nearest)
                || integer(number)
                        && new BigDecimal(nearest).compareTo(number.value()) != 0
                        && new BigDecimal(written).compareTo(number.value()) != 0;
        if (lost) {
            throw _constructReadException(
                    "expected a number that a " + type + " can hold, got " + number + "; a BigDecimal holds any",
                    currentTokenLocation());
        }
    }

    @Override
    public BigDecimal getDecimalValue() {
        return number().value();
    }

    @Override
    public boolean isNaN() {
        return false;
    }

    @Override
    public byte[] getBinaryValue(Base64Variant variant) {
        if (_currToken != JsonToken.VALUE_STRING) {
            throw _constructReadException("expected a text in base64, got " + _currToken, currentTokenLocation());
        }
        try {
            return variant.decode(getString());
        } catch (IllegalArgumentException e) {
            throw _constructReadException(String.valueOf(e.getMessage()), currentTokenLocation());
        }
    }

    @Override
    public TokenStreamContext streamReadContext() {
        return context;
    }

    @Override
    public @Nullable Object currentValue() {
        return context.currentValue();
    }

    @Override
    public void assignCurrentValue(@Nullable Object value) {
        context.assignCurrentValue(value);
    }

    @Override
    public TokenStreamLocation currentTokenLocation() {
        return TokenStreamLocation.NA;
    }

    @Override
    public TokenStreamLocation currentLocation() {
        return TokenStreamLocation.NA;
    }

    @Override
    public @Nullable Object streamReadInputSource() {
        return null;
    }

    @Override
    public Version version() {
        return Version.unknownVersion();
    }

    @Override
    protected void _closeInput() {}

    @Override
    protected void _releaseBuffers() {}

    @Override
    protected void _handleEOF() {}
}
