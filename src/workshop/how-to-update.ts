/** The only place that says how to update. No text names a package on npm before it is published: whoever registers the name would run code. */
export const HOW_TO_UPDATE = 'Update orkeys: get its newest source, then run in its folder: npm ci && npm install -g .';
