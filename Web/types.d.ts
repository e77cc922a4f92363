// What the client's parts hand to each other, for the type checker alone: no browser loads this.

// Signals and templates

/** A function of its value: an effect that calls it runs again when it changes. */
interface Signal<T> {
	(): T;
	/** The value, without depending on it. */
	peek(): T;
	set(value: T): void;
}
type Cleanup = () => void;
interface Reaction {
	run(): void;
	sources: Set<Set<Reaction>>;
}
/**
 * A template's markup; `at` counts its elements and comments, and a hole without a name is a
 * child.
 */
interface Template {
	content: DocumentFragment;
	holes: { at: number; name: string; parts: string[] }[];
}
/** What a template takes; a function is asked again when a signal it reads changes. */
type Value = string | number | boolean | null | undefined | Node | readonly Value[]
	| ((it: any) => unknown);

// Settings, texts and pages

interface Config {
	/** The API's base, with its version, no slash at the end. */
	api: string;
	/** `key` is Supabase's publishable key. */
	auth: { kind: "embedded" | "supabase"; url: string; key?: string };
	/** Payments move no real money. */
	sandbox: boolean;
}
/** What takes the places in a text. */
type Values = Record<string, string | number>;
type Phrase = string | { one: string; other: string };
type Texts = { [key: string]: Phrase | Texts | string[] };
interface Route {
	/** The first word: "new", "videos", "credits" … */
	page: string;
	/** The second, or "". */
	id: string;
	query: URLSearchParams;
}
interface Page {
	default(route: Route, welcome: HTMLElement): Node;
}

// Requests

/** What a server adds to a refusal. */
interface Facts {
	status?: number;
	param?: string;
	requestId?: string;
	/** After which one may come again. */
	seconds?: number;
	required?: number;
	balance?: number;
}
interface Options {
	headers?: Record<string, string>;
	signal?: AbortSignal;
	/** In milliseconds; 0 waits for ever. */
	timeout?: number;
}
/** `refused` is the token it was sent with before. */
type Send<T> = (method: string, path: string, body?: unknown, options?: Options, refused?: string)
	=> Promise<T>;
interface UploadOptions {
	name: string;
	signal: AbortSignal;
	/** Hears what share of the bytes is on its way, from 0 to 1. */
	onProgress(share: number): void;
}
interface Api {
	get(path: string, options?: Options): Promise<any>;
	post(path: string, body?: unknown, options?: Options): Promise<any>;
	patch(path: string, body: unknown): Promise<any>;
	delete(path: string, options?: Options): Promise<any>;
	/** The bytes of an answer, such as a preview or an export. */
	blob(method: string, path: string, body?: unknown, options?: Options): Promise<Blob>;
	/** An answer that goes on, such as the event stream. */
	stream(path: string, signal: AbortSignal): Promise<Response>;
	/** Sends a product photo. */
	upload(file: Blob, options: UploadOptions): Promise<any>;
}
interface Session {
	/** The account's id. */
	user: string;
	email: string;
	accessToken: string;
	/** Unix seconds. */
	expiresAt: number;
	refreshToken: string;
}
interface ServerEvent {
	event?: string;
	data?: any;
}
/** What the next piece of a stream completes; a sign of life is an event without a name. */
type EventParser = () => (text: string) => ServerEvent[];
/** How news arrive. */
type Connection = "starting" | "live" | "polling" | "offline";
/** A page of a list. */
interface Part {
	data: any[];
	has_more: boolean;
	last_id: string;
}

// Money

interface Purse {
	/** The server's last word, null before the first. */
	balance: number | null;
	/** Which ledger entry that was after. */
	seq: number;
	/** Credits of orders on their way, by order. */
	holds: Record<string, number>;
	/** Said while an order was on its way. */
	heard: { balance: number; seq: number } | null;
}
interface Purses {
	empty: Purse;
	/** What can be spent. */
	available(purse: Purse): number | null;
	/** An order leaves. */
	hold(purse: Purse, order: string, credits: number): Purse;
	/** The server's word on the balance. */
	reconcile(purse: Purse, said: { balance: number; seq: number }): Purse;
	/** An order was taken: its credits are gone for good. */
	settle(purse: Purse, order: string): Purse;
	/** An order was refused: its credits are back. */
	release(purse: Purse, order: string): Purse;
}
interface Wallet {
	hear(said: Word): void;
	/** Where there is no answer, the event stream will tell. */
	refresh(): Promise<void>;
	forget(): void;
	/** Whether it is known that this many cannot be spent. */
	lacks(credits: number): boolean;
	order: Order;
}
interface Frozen {
	reason: string;
	message: string;
}
interface Pack {
	id: string;
	name: string;
	credits: number;
	amount_cents: number;
	currency: string;
}
interface Entry {
	seq: number;
	amount: number;
	balance_after: number;
	kind: string;
	note: string | null;
	created_at: number;
	/** The video or checkout it was for. */
	subject: string | null;
}

// What can be ordered

interface Format {
	id: string;
	title: string;
	summary: string;
	seconds: { min: number; max: number };
	needs_person: boolean;
	has_speech: boolean;
	/** Suggestions for the brief's setting. */
	settings: string[];
	brief_fields: BriefField[];
}
interface BriefField {
	field: string;
	hint: string;
	placeholder: string;
}
interface Model {
	id: string;
	name: string;
	sizes: string[];
	default_size: string;
	seconds: number[];
	default_seconds: number;
	/** By size. */
	credits_per_second: Record<string, number>;
	prompt_limit: number;
	reference: "required" | "optional" | "none";
	audio: boolean;
	available: boolean;
	remix?: "edit" | "regenerate";
}
interface Catalogue {
	formats: Format[];
	models: Model[];
	defaultModel: string;
}

// An order

/** Shares of the photo's width and height, from its upper left corner. */
interface Crop {
	x: number;
	y: number;
	width: number;
	height: number;
}
interface Photo {
	/** The API's file id. */
	id: string;
	name: string;
	width: number;
	height: number;
}
interface Draft {
	/** The order's Idempotency-Key: sent twice, it makes one video. */
	key: string;
	photo: Photo | null;
	crop: Crop | null;
	backdrop: string;
	format: string | null;
	brief: Record<string, string>;
	/** As edited by hand; null follows the brief. */
	prompt: string | null;
	/** Null takes the server's default; so do the next two. */
	model: string | null;
	seconds: number | null;
	size: string | null;
}
/** What a draft comes to, with nothing left open. */
interface Choice {
	model: Model;
	format: Format | null;
	seconds: number;
	size: string;
	credits: number;
}
interface Quote {
	credits: number;
	prompt: string;
	warnings: { code: string; message: string; param: string }[];
}
/**
 * Sent until the server has answered; its key keeps it one. Ends with what the server refused, or
 * the last loss.
 */
type Order = (path: string, body: unknown, options: {
	key: string;
	credits: number;
	/** Called when nobody knows whether it arrived. */
	onLost(): void;
}) => Promise<Video>;
interface State<T> {
	value: T | null;
	error: import("./app/http.js").Failure | null;
	isBusy: boolean;
}
interface Latest<T> {
	state: Signal<State<T>>;
	retry(): void;
}
interface Wizard {
	draft: Signal<Draft>;
	choice: Signal<Choice | null>;
	format: Signal<Format | null>;
	model: Signal<Model | null>;
	photo: Signal<Photo | null>;
	/** One of the brief's texts is too long. */
	isTooMuch: Signal<boolean>;
	quote: Latest<Quote>;
	/** The first frame's address. */
	frame: Latest<string>;
	edit(next: (draft: Draft) => Draft): void;
	set(part: keyof Draft, value: unknown): void;
}
type MakeWizard = (draft: Signal<Draft>) => Wizard;
interface Upload {
	name: string;
	/** Sent so far, from 0 to 1. */
	share: number;
	error: import("./app/http.js").Failure | null;
	stop(): void;
	retry(): void;
}

// Videos

interface Video {
	id: string;
	title: string;
	model: string;
	status: "queued" | "in_progress" | "completed" | "failed";
	stage: "queued" | "submitting" | "rendering" | "storing" | "done";
	/** Percent. */
	progress: number;
	prompt: string;
	/** WIDTHxHEIGHT */
	size: string;
	seconds: string;
	credits: number;
	format: string | null;
	brief: Record<string, string> | null;
	backdrop: string;
	crop: Crop | null;
	/** The photo. */
	file_id: string | null;
	created_at: number;
	remixed_from_video_id: string | null;
	remix_method?: "edit" | "regenerate";
	cancel_requested?: boolean;
	/** Where the clip plays from, for an hour. */
	clip_url: string | null;
	poster_url: string | null;
	error: { code: string; message: string } | null;
}
interface Videos {
	/** Grows whenever a video appears, changes or goes. */
	changes: Signal<number>;
	deleted: Signal<string[]>;
	/** Null until it is known. */
	of(id: string): LiveVideo;
	/** What the server says; a finished one never goes back. */
	hear(said: Video): void;
	isOver(video: Video): boolean;
	/** Newest first. */
	known(): Video[];
	load(id: string): Promise<void>;
	/** Asks for all that are under way. */
	refresh(): Promise<void>;
	rename(id: string, title: string | null): Promise<void>;
	cancel(id: string): Promise<void>;
	delete(id: string): Promise<void>;
	restore(id: string): Promise<void>;
	setDeleted(ids: string[]): void;
	forget(): void;
	photoAddress(id: string): Promise<string>;
	/** What the first frame is asked for with. */
	frameOrder(look: Look): string;
	firstFrame(order: string, signal?: AbortSignal): Promise<string>;
}
type LiveVideo = Signal<Video>;

// Elements

/** One of several to choose from. */
interface RadioOptions {
	name: string;
	content: Value;
	isChosen(): boolean;
	choose(): void;
	look?: string;
	isDisabled?: boolean;
}
interface MenuItem {
	label: string;
	icon: string;
	act(): void;
}
interface Task {
	isBusy: Signal<boolean>;
	/** What went wrong, or what is said meanwhile. */
	problem: Signal<any>;
	run(): Promise<void>;
}
interface Endless {
	/** Whether it is busy, what went wrong, and what it goes on after. */
	state: Signal<{ isBusy?: boolean; error?: any; after?: string | false | null }>;
	items: Signal<any[]>;
	/** From the beginning. */
	restart(): void;
	/** Asks for what is new. */
	refresh(): Promise<void>;
	/** What stands below, and loads more when it is seen. */
	foot: Node;
}
/** Whether it went well; a failure is told. */
type Attempt = (action: () => unknown) => Promise<boolean>;
/** `look` is a class, such as "secondary", and `picture` an icon's name. */
interface Parts {
	icon(name: string): Node;
	button(look: string, label: Value, run: () => void, picture?: string, isOff?: () => boolean): Node;
	/** A button that is only a drawing. */
	iconButton(label: string, run: () => void, picture: string): Node;
	copyButton(text: string): Node;
	/** A part of a page, with its heading. */
	section(title: string, content: Value, look?: string): Node;
	/** `look` is its label's. */
	field(label: Value, control: Value, look?: string): DocumentFragment;
	/** One of some to choose from; their texts by their values. */
	select(label: string, choices: Record<string, string>, chosen: () => string,
		choose: (value: string) => void, look?: string): Node;
	radio(options: RadioOptions): DocumentFragment;
	/** All of several to choose from; their texts by their values. `more` stands below. */
	radios(title: string, choices: Record<string, string>, chosen: () => string,
		choose: (value: string) => void, look?: string, more?: Value): Node;
	/** Stands where content is on its way. */
	skeleton(look?: string): Node;
	failure(retry: () => void, error: any): Node;
	/** Shows what `load` brings, or a way to try again. */
	loaded<T>(load: () => Promise<T>, show: (found: T) => Value): Node;
	/** A picture whose address has to be asked for. */
	signedImage(look: string, alt: string, address: () => Promise<string>): Node;
	/**
	 * A button that opens a list of things to do; styles place the list beside it. The items are
	 * asked for whenever it opens.
	 */
	menu(label: () => string, items: () => MenuItem[]): Node;
	/**
	 * A list that comes in parts; `key` tells its items from each other. `after` ends the query: ""
	 * for the first part.
	 */
	endless(load: (after: string) => Promise<Part>, key?: string): Endless;
	/** For screen readers. */
	announce(text: string): void;
	toast(text: string, undo?: () => void, seconds?: number): void;
	/**
	 * Asks something over the page; the rest waits. Escape and the first button mean no, Enter in a
	 * field of the body means yes.
	 */
	ask(question: {
		title: string;
		body: Value;
		confirm: string;
		isDangerous?: boolean;
		canConfirm?(): boolean;
	}): Promise<boolean>;
	/** Runs one at a time. */
	task(action: (problem: Signal<any>) => Promise<unknown>): Task;
	attempt: Attempt;
	/** Another origin is asked for the name, as it alone can give it there. */
	saveAddress(address: string, name: string): void;
	saveBlob(blob: Blob, name: string): void;
}
interface Device {
	id: string;
	current: boolean;
	browser?: string;
	system?: string;
	last_seen_at: number;
}
/** 1 is right and bottom; null is the frame itself. */
type Corner = { h: 1 | -1; v: 1 | -1 } | null;
/** Moves, or pulls, from where it was by shares of the photo. */
type Shift = (from: Crop, right: number, down: number) => void;
interface Cropping {
	moved(crop: Crop, right: number, down: number): Crop;
	/** Pulls one corner; the opposite one stays. */
	pulled(crop: Crop, corner: NonNullable<Corner>, right: number, down: number, rules: {
		ratio: number | null;
		least: { width: number; height: number };
	}): Crop;
	clamp(value: number, least: number, most: number): number;
	/** Asks with the photo from an address, for a clip of a size. */
	cropper(address: string, photo: Photo, frame: Signal<Crop>, size?: string): Node;
	/** Without digits that are noise, and never past the photo's edge. */
	rounded(crop: Crop): Crop;
	/** `start` is the handle's pointerdown. */
	drag(start: any, from: Crop, shift: Shift): void;
	step(event: KeyboardEvent, from: Crop, shift: Shift): void;
}

// The shapes of functions that are declared in one word

/** Null alone may become anything. */
type MakeSignal = <T>(value: T) => Signal<[T] extends [null] ? any : T>;
type Computed = <T>(work: () => T) => Signal<T>;
type Untracked = <T>(work: () => T) => T;
/** Null where it is not JSON, or may not be read. */
type Reading = (read: () => string | null) => any;
type Within = <T>(by: Reaction | null, to: Set<Cleanup> | null, work: () => T) => T;
/** A result, and what ends all effects that were made for it. */
type Scope = <T>(work: () => T) => [T, Cleanup];
/**
 * A signal that is kept across visits, and in step across tabs. `initial` is also what anything
 * unreadable is taken for.
 */
type Kept = <T>(name: string, initial: T) => Signal<T>;
/** {name} is replaced by its value; `count` chooses between one and other. */
type Say = (key: string, values?: Values) => string;
/** The text of a key, or another one: a server may be newer than we. */
type Known = (key: string, other: string, values?: Values) => string;
/** The texts of names that stand in one place. */
type Labels = (prefix: string, names: string[]) => Record<string, string>;
/** Not known yet is null. */
type Numbered = (value: number | null, how?: Intl.NumberFormatOptions) => string;
/** `currency` is ISO 4217. */
type Priced = (cents: number, currency: string) => string;
/** Of unix seconds. */
type Dated = (seconds: number, timeStyle?: "short" | "medium") => string;
/**
 * Makes nodes. Values become text, attributes or listeners, never markup, so whatever they contain
 * is shown and not run. A function as a value is asked again when a signal that it reads changes.
 *
 *   html`<button disabled="${() => busy.value}" @click=${save}>${label}</button>`
 *
 * name="${…}" sets an attribute (null and false leave it out), .name=${…} a property,
 * @name=${…} listens, ref=${…} is called with the element.
 */
type Html = (strings: TemplateStringsArray, ...values: Value[]) => DocumentFragment;
type Bind = (element: Element, name: string, parts: string[], values: any[]) => void;
/** The one there is. */
type Find = (selector: string) => any;
/** In a template: what is shown of a value, and what without one. */
type When = <T>(value: () => T, show: (value: NonNullable<T>) => Value, other?: () => Value)
	=> () => Value;
/** An item keeps its element, which `render` makes, as long as it is the same. */
type Each = <T>(items: () => T[], render: (item: T) => DocumentFragment) => Node;
/** An API key, or a webhook endpoint. */
interface Thing {
	id: string;
	created_at: number;
	[more: string]: any;
}
interface Delivery {
	id: string;
	event: string;
	status: "pending" | "delivered" | "failed";
	attempts: number;
	/** Of the last answer. */
	response_status: number | null;
	error: string | null;
	created_at: number;
}
/** One of the texts of a kind of things. */
type SayOf = (key: string, values?: Values) => string;
interface ThingActions {
	say: SayOf;
	/** Its address. */
	path: string;
	/** Shows what has changed, and once what is secret. */
	put(thing: Thing): void;
	remove(thing: Thing): Promise<void>;
}
interface ThingKind {
	path: string;
	/** Of the form that makes one. */
	fields(say: SayOf): Node;
	/** What is sent. */
	order(form: FormData): object;
	line(thing: Thing, actions: ThingActions): DocumentFragment;
}
/** All of a kind, and a form that makes one more. */
type Things = (name: string, kind: ThingKind) => Node;
/** Any of some, with all of them ticked. */
type Ticks = (name: string, values: string[]) => Node;
/** Sends an order to an endpoint; `show` takes the answer. */
type Post = (what: string, show?: (answer: any) => void) => () => Promise<boolean>;
type Ask = (method: string, url: string, body: unknown, options: Options) => Promise<Response>;
/** In a template, and where one is handed to it. */
type Handler = (event: any) => any;
/** The body of an order's preview. */
type Look = Pick<Video, "file_id" | "model" | "size" | "backdrop" | "crop">;
interface Auth {
	requestCode(email: string): Promise<void>;
	verifyCode(email: string, code: string): Promise<void>;
	/**
	 * A token that is good for a minute at least, null when nobody is signed in. `refused` is one
	 * that was turned away, which is not good whatever it says.
	 */
	token(refused?: string): Promise<string | null>;
	signOut(scope: "local" | "global"): Promise<void>;
	/** Here alone. */
	forget(): void;
}
type Refusal = (status: number, text: string, header: (name: string) => string | null)
	=> import("./app/http.js").Failure;
interface Drafts {
	/** The server's, in characters. */
	limits: Record<string, number>;
	isLonger(text: string, limit: number): boolean;
	isTooLong(draft: Draft): boolean;
	empty(): Draft;
	/** A person's, by their id. */
	of(user: string): Signal<Draft>;
	/** Another order needs another key. */
	change(draft: Draft, changes: Partial<Draft>): Draft;
	withPhoto(draft: Draft, photo: Photo | null): Draft;
	withField(draft: Draft, field: string, text: string): Draft;
	/** Another model may not make this length or shape. */
	withModel(draft: Draft, model: Pick<Model, "id" | "sizes" | "seconds">): Draft;
	/** What is sent. */
	order(draft: Draft, choice: Choice): object;
	canBeQuoted(draft: Draft): boolean;
	from(video: Video, photo: Photo | null): Draft;
	isBlank(draft: Draft): boolean;
}
interface Offer {
	all: Signal<Catalogue | null>;
	load(): Promise<void>;
	formatText(id: string, part: "title" | "summary"): string;
	model(id: string): Model | undefined;
	/** In whole credits, as the server rounds. */
	price(model: Model, size: string, seconds: number): number;
	/** What is shown is what is ordered: whatever is left open is decided here. */
	choose(draft: Draft, all: Catalogue): Choice | null;
}
/**
 * Asks when the input has rested; an answer to an older input is dropped. Until the answer comes,
 * the last one stays. What the network broke is asked again when it is back. Null asks nothing.
 */
type MakeLatest = <T>(input: () => string | null,
	ask: (input: string, signal: AbortSignal) => Promise<T>) => Latest<T>;
interface VideoActions {
	rename(video: Video): Promise<void>;
	remove(video: Video): Promise<void>;
	/** To download. Its addresses expire, so they are asked for anew. */
	saves(video: Video): { clip(): void; poster(): void };
}
/** A part of "New video". */
type WizardPart = (wizard: Wizard) => Node;
/** What the server says about one field: warnings, or why it cannot be taken. */
type Notes = (wizard: Wizard, param: string) => Node;
/** How long a text is; shown near the limit only. */
type Counter = (text: () => string, limit: () => number) => Value;
type BriefEntry = (wizard: Wizard, about: BriefField) => Node;
type ChoicesOf<T> = (wizard: Wizard, all: T[]) => Node;
type ChoiceEntry = (name: "seconds" | "size", value: string | number, isDisabled: boolean,
	label: Value) => Node;
/** `without` is the model that cannot make all of them. */
type ChoiceGroup = (name: string, entries: Node[], without: string | false, look?: string) => Node;
type Take = (file: File) => void;
type TakePhoto = (draft: Signal<Draft>, file: File) => Promise<void>;
/** `capture` is which camera. */
type Chooser = (take: Take, label: string, picture: string, capture?: string) => Node;
/** `returnTo` is the page it was opened from; that it was cancelled is the browser's word alone. */
type CheckoutState = (id: string, returnTo: string | null, isCancelled: boolean) => Node;
/**
 * Made from an entry's kind and its note, which is English. `about` is the video's title, where
 * the text lacks it.
 */
type EntryWords = (entry: Entry) => { text: string, about?: string };
type Table = (place: string, heads: string[], rows: Node[]) => void;
/** The server's word on what can be spent. */
type Word = { balance: number, seq: number, frozen?: Frozen };
/** Sends again, with pauses, what was lost. */
type Insist = (send: () => Promise<any>, onLost: () => void) => Promise<any>;
