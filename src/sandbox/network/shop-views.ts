/** What the shop's pages show, kept to the parts somebody looks for with grep. */

export interface Product {
  id: string
  name: string
  price: string
}

const PRODUCTS: readonly Product[] = [
  { id: 'OLJCESPC7Z', name: 'Sunglasses', price: '$19.99' },
  { id: '66VCHSJNUP', name: 'Tank Top', price: '$18.99' },
  { id: '1YMWWN1N4O', name: 'Watch', price: '$109.99' },
  { id: 'L9ECAV7KIM', name: 'Loafers', price: '$89.99' },
  { id: '2ZYFJ3GM2N', name: 'Hairdryer', price: '$24.99' },
  { id: '0PUK6V6EV0', name: 'Candle Holder', price: '$18.99' },
  { id: 'LS4PSXUNUM', name: 'Salt & Pepper Shakers', price: '$18.49' },
  { id: '9SIQT8TOJO', name: 'Bamboo Glass Jar', price: '$5.49' },
  { id: '6E92ZMYYFZ', name: 'Mug', price: '$8.99' },
]

export function productById(id: string): Product | undefined {
  return PRODUCTS.find((product) => product.id === id)
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

const CURRENCIES = ['EUR', 'USD', 'JPY', 'GBP', 'TRY', 'CAD']

/** The frame of every page: the real ones have kilobytes of it. */
const HEAD = `<head>
    <meta charset="UTF-8">
    <meta name="viewport" content="width=device-width, initial-scale=1, shrink-to-fit=no">
    <meta http-equiv="X-UA-Compatible" content="ie=edge">
    <title>
        Online Boutique
    </title>
    <link rel="stylesheet" type="text/css" href="/static/styles/styles.css">
    <link rel="stylesheet" type="text/css" href="/static/styles/cart.css">
    <link rel="stylesheet" type="text/css" href="/static/styles/order.css">
    <link rel="shortcut icon" type="image/x-icon" href="/static/favicon.ico">
</head>`
const HEADER = `<header>
    <a href="/" class="navbar-brand"><img src="/static/icons/Hipster_NavLogo.svg" alt="" class="top-left-logo"></a>
    <form method="POST" action="/setCurrency" class="controls-form" id="currency_form">
        <select name="currency_code" onchange="document.getElementById('currency_form').submit();">
${CURRENCIES.map((code) => `            <option value="${code}"${code === 'USD' ? ' selected="selected"' : ''}>${code}</option>`).join('\n')}
        </select>
    </form>
</header>`
const FOOTER = `<footer class="py-5">
    <p>This website is hosted for demo purposes only. It is not an actual shop.</p>
</footer>`

function layout(content: string): string {
  return `<!DOCTYPE html>\n<html lang="en">\n${HEAD}\n<body>\n${HEADER}\n${content}\n${FOOTER}\n</body>\n</html>\n`
}

export function renderHome(cartSize: number): string {
  const products = PRODUCTS.map(
    ({ id, name, price }) => `    <a href="/product/${id}">${escapeHtml(name)}</a> <span>${price}</span>`,
  )
  return layout(
    `<a href="/cart" class="cart-link">Cart (${cartSize})</a>\n<main>\n    <h3>Hot Products</h3>\n${products.join('\n')}\n</main>`,
  )
}

export function renderProduct({ id, name, price }: Product, cartSize: number): string {
  return layout(
    `<a href="/cart" class="cart-link">Cart (${cartSize})</a>\n<main>\n    <h2>${escapeHtml(name)}</h2>\n    <p class="product-price">${price}</p>\n    <form method="POST" action="/cart"><input type="hidden" name="product_id" value="${id}"><button>Add To Cart</button></form>\n</main>`,
  )
}

export function renderCart(lines: readonly { id: string; quantity: number }[]): string {
  if (lines.length === 0)
    return layout(
      '<main>\n    <h3>Your shopping cart is empty!</h3>\n    <p>Items you add to your shopping cart will appear here.</p>\n</main>',
    )
  const rows = lines.map(
    ({ id, quantity }) => `    <h4>${escapeHtml(productById(id)?.name ?? id)}</h4> SKU #${id} Quantity: ${quantity}`,
  )
  return layout(
    `<main>\n    <h3>Cart (${lines.reduce((sum, line) => sum + line.quantity, 0)})</h3>\n${rows.join('\n')}\n    <button type="submit">Place Order</button>\n</main>`,
  )
}

export function renderOrder(): string {
  return layout(
    "<main>\n    <h3>Your order is complete!</h3>\n    <p>We've sent you a confirmation email.</p>\n</main>",
  )
}

export function renderError(message: string, cause: string): string {
  return layout(
    `<main>\n    <h1>Uh, oh!</h1>\n    <p>Something has failed. Below are some details for debugging.</p>\n    <p><strong>HTTP Status:</strong> 500 Internal Server Error</p>\n    <pre class="border border-danger p-3">${escapeHtml(cause)}\n${escapeHtml(message)}</pre>\n</main>`,
  )
}
